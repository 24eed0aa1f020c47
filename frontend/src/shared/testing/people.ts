import type { UserRead } from "@/api/generated";

/** A member of the staff who is signed in. */
export function person(changes: Partial<UserRead> = {}): UserRead {
  return {
    id: "u1",
    username: "staff",
    display_name: "王芳",
    phone: null,
    email: null,
    roles: ["staff"],
    permissions: ["customers:read"],
    is_active: true,
    last_login_at: null,
    created_at: "2026-11-21T00:00:00Z",
    version: 1,
    ...changes,
  };
}
