import * as z from "zod/mini";

import { isMobile } from "@/shared/utils/phone";

/** The server's least length for a password. */
const MIN_PASSWORD_LENGTH = 10;

const password = z.string().check(z.minLength(MIN_PASSWORD_LENGTH, "field_errors.password.too_short"));

const profile = {
  display_name: z
    .string()
    .check(z.trim(), z.minLength(1, "field_errors.missing"), z.maxLength(60, "field_errors.string_too_long")),
  phone: z.string().check(
    z.trim(),
    z.refine((phone) => phone === "" || isMobile(phone), "field_errors.phone.invalid"),
  ),
  email: z.union([z.literal(""), z.email("field_errors.email.invalid")], "field_errors.email.invalid"),
  roles: z.array(z.string()).check(z.minLength(1, "field_errors.roles.missing")),
};

/** What must be right for each thing that is done with an account. */
export const userSchemas = {
  create: z.object({
    username: z
      .string()
      .check(z.trim(), z.regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{1,59}$/, "field_errors.username.invalid")),
    password,
    ...profile,
  }),
  edit: z.object(profile),
  password: z.object({ new_password: password }),
};
export type UserValues = z.infer<typeof userSchemas.create> & z.infer<typeof userSchemas.password>;
