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

export const blankUser: UserValues = { username: "", display_name: "", phone: "", email: "", roles: [], password: "" };

export function toUserValues(user: User): UserValues {
  return {
    username: user.username,
    display_name: user.display_name,
    phone: user.phone ?? "",
    email: user.email ?? "",
    roles: [...user.roles],
    password: "",
  };
}
