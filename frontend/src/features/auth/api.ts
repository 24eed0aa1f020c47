import { http } from "@/api/client";
import type { SessionUser } from "@/shared/stores/session";

export async function updateProfile(profile: {
  display_name: string;
  phone: string | null;
  email: string | null;
}): Promise<SessionUser> {
  return (await http.put<SessionUser>("/api/v1/auth/me", profile)).data;
}

export async function changePassword(passwords: { current_password: string; new_password: string }): Promise<void> {
  await http.put("/api/v1/auth/me/password", passwords);
}
