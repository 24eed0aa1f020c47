import { queryOptions, useMutation, useQueryClient } from "@tanstack/vue-query";

import {
  createUser,
  disableUser,
  enableUser,
  listRoles,
  listUsers,
  readUser,
  resetUserPassword,
  updateUser,
  type ListUsersData,
  type UserCreate,
  type UserUpdate,
} from "@/api/generated";

import type { ListSource } from "@/shared/composables/usePagedList";

import type { User } from "./model";

export type UserListParameters = NonNullable<ListUsersData["query"]>;

export const userKeys = {
  all: ["users"],
  lists: ["users", "list"],
} as const;

export const userSource: ListSource<UserListParameters, User> = {
  key: userKeys.lists,
  fetch: async (query, signal) => (await listUsers({ query, signal, throwOnError: true })).data,
};

export function rolesQuery() {
  return queryOptions({
    queryKey: ["users", "roles"],
    queryFn: async ({ signal }) => (await listRoles({ signal, throwOnError: true })).data.items,
    staleTime: 60 * 60_000,
  });
}

export async function fetchUser(id: string): Promise<User> {
  return (await readUser({ path: { user_id: id }, throwOnError: true })).data;
}

export async function postUser(body: UserCreate, key: string): Promise<User> {
  return (await createUser({ body, headers: { "Idempotency-Key": key }, throwOnError: true })).data;
}

export async function putUser(user: User, body: UserUpdate): Promise<User> {
  const headers = { "If-Match": `"${user.version}"` };
  return (await updateUser({ path: { user_id: user.id }, body, headers, throwOnError: true })).data;
}

export async function resetPassword(userId: string, newPassword: string): Promise<void> {
  await resetUserPassword({ path: { user_id: userId }, body: { new_password: newPassword }, throwOnError: true });
}

/** Disabling ends the person's sessions at once. */
export function useSetUserActive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, active }: { id: string; active: boolean }) => {
      const call = active ? enableUser : disableUser;
      return (await call({ path: { user_id: id }, throwOnError: true })).data;
    },
    onSettled: () => client.invalidateQueries({ queryKey: userKeys.lists }),
  });
}
