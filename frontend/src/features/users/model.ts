import type { UserRead } from "@/api/generated";
import type { ListSchema } from "@/shared/composables/useListState";

import type { UserValues } from "./schema";

export type User = UserRead;

export const userFilters = { role: "many", is_active: "one" } as const;
export const userList = {
  filters: userFilters,
  sorts: ["username", "display_name", "created_at", "last_login_at"],
  defaultSort: "username",
} satisfies ListSchema<typeof userFilters>;

/** A new account's first password and the one an administrator sets later are told apart, as the server does. */
export function blankUser(): UserValues {
  return { username: "", display_name: "", phone: "", email: "", roles: [], password: "", new_password: "" };
}

export function toUserValues({ username, display_name, phone, email, roles }: User): UserValues {
  return { ...blankUser(), username, display_name, phone: phone ?? "", email: email ?? "", roles: [...roles] };
}
