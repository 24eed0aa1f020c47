import * as z from "zod/mini";

import { isMobile } from "@/shared/utils/phone";

/** The server's least length for a new password. */
export const MIN_PASSWORD_LENGTH = 10;

const phone = z.string().check(
  z.trim(),
  z.refine((value) => value === "" || isMobile(value), "field_errors.phone.invalid"),
);

export const profileSchema = z.object({
  display_name: z
    .string()
    .check(z.trim(), z.minLength(1, "field_errors.missing"), z.maxLength(64, "field_errors.string_too_long")),
  phone,
  email: z.union([z.literal(""), z.email("field_errors.email.invalid")], "field_errors.email.invalid"),
});
export type ProfileValues = z.infer<typeof profileSchema>;

export const passwordSchema = z
  .object({
    current_password: z.string().check(z.minLength(1, "field_errors.missing")),
    new_password: z.string().check(z.minLength(MIN_PASSWORD_LENGTH, "field_errors.password.too_short")),
    repeated: z.string(),
  })
  .check(
    z.refine((values) => values.new_password === values.repeated, {
      path: ["repeated"],
      error: "field_errors.password.differs",
    }),
  );
