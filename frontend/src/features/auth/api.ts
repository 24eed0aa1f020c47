import {
  changeOwnPassword,
  updateOwnAccount,
  type PasswordChange,
  type ProfileUpdate,
  type UserRead,
} from "@/api/generated";

export async function updateProfile(profile: ProfileUpdate): Promise<UserRead> {
  return (await updateOwnAccount({ body: profile, throwOnError: true })).data;
}

export async function changePassword(passwords: PasswordChange): Promise<void> {
  await changeOwnPassword({ body: passwords, throwOnError: true });
}
