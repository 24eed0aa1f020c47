import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";

import { believeInSession, listenToSession, refreshSession, useSignIn } from "@/api/client";
import { logInWithPassword, logOut, type LogInWithPasswordData, type Permission, type UserRead } from "@/api/generated";
import { isApiError, type ApiError } from "@/api/problem";

export type SessionUser = UserRead;
export type Credentials = LogInWithPasswordData["body"];

type TabMessage = { type: "signed-out" } | { type: "signed-in"; userId: string };

/** Without this mark the first visit skips a refresh that can only answer 401. */
const SIGNED_IN_MARK = "kehui.signed-in";

const DRAFTS = "kehui.draft.";

/** Where a person's draft of a form rests in this tab. */
export function draftKeyOf(userId: string, form: string): string {
  return `${DRAFTS}${userId}.${form}`;
}

function dropDraftsOfOthers(userId: string): void {
  const others = Object.keys(sessionStorage).filter(
    (key) => key.startsWith(DRAFTS) && !key.startsWith(draftKeyOf(userId, "")),
  );
  for (const key of others) sessionStorage.removeItem(key);
}

/** Who is signed in. The token itself lives in api/client, in memory only. */
export const useSessionStore = defineStore("session", () => {
  const user = shallowRef<SessionUser | null>(null);
  /** Why the last session ended, for the sign-in page: an error code, or "" after a plain sign-out. */
  const endReason = ref("");
  const isSignedIn = computed(() => user.value !== null);
  const leaveHandlers = new Set<() => void>();
  let restoring: Promise<void> | null = null;

  const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("kehui.session");
  tabs?.addEventListener("message", (event: MessageEvent<TabMessage>) => {
    if (event.data.type === "signed-out") leave("");
    else if (user.value && event.data.userId !== user.value.id) window.location.reload();
  });

  listenToSession({
    refreshed: (signIn) => {
      user.value = signIn.user;
    },
    ended: (error: ApiError) => leave(error.code),
  });

  function can(permission: Permission): boolean {
    return user.value?.permissions.includes(permission) ?? false;
  }

  async function signIn(credentials: Credentials): Promise<void> {
    const { data } = await logInWithPassword({ body: credentials, throwOnError: true });
    useSignIn(data);
    user.value = data.user;
    endReason.value = "";
    dropDraftsOfOthers(data.user.id);
    localStorage.setItem(SIGNED_IN_MARK, "1");
    tabs?.postMessage({ type: "signed-in", userId: data.user.id } satisfies TabMessage);
  }

  /** Whether this browser has a session as far as it knows. */
  function mayBeSignedIn(): boolean {
    return localStorage.getItem(SIGNED_IN_MARK) !== null;
  }

  /** Takes up the session of the refresh cookie once per page load; a failure is left in `endReason`. */
  function restore(): Promise<void> {
    restoring ??= (async () => {
      if (!mayBeSignedIn()) return;
      try {
        await refreshSession();
      } catch (error) {
        if (!isApiError(error)) throw error;
        if (error.status === 401) localStorage.removeItem(SIGNED_IN_MARK);
        else if (error.kind === "network" && (await goOnOffline())) return;
        else restoring = null;
        endReason.value = error.code;
      }
    })();
    return restoring;
  }

  /** Without a network the person of the last visit goes on with what the phone has kept; false when there is nobody. */
  async function goOnOffline(): Promise<boolean> {
    const { rememberedPerson } = await import("../vault");
    const person = await rememberedPerson<SessionUser>().catch(() => null);
    if (!person) return false;
    believeInSession();
    user.value = person;
    return true;
  }

  /** Ends the session on the server and in every tab; signs out here even when the server is away. */
  async function signOut(): Promise<void> {
    await logOut({ throwOnError: true }).catch(() => undefined);
    tabs?.postMessage({ type: "signed-out" } satisfies TabMessage);
    leave("");
  }

  function leave(reason: string): void {
    const wasSignedIn = user.value !== null;
    useSignIn(null);
    user.value = null;
    endReason.value = reason;
    localStorage.removeItem(SIGNED_IN_MARK);
    // Drafts wait for a person whose session has run out; language and columns, in localStorage, are kept anyway.
    if (reason === "") sessionStorage.clear();
    if (wasSignedIn) for (const handler of leaveHandlers) handler();
  }

  /** Runs when the session is over, however it ended. */
  function onLeave(handler: () => void): void {
    leaveHandlers.add(handler);
  }

  return { user, endReason, isSignedIn, can, signIn, signOut, mayBeSignedIn, restore, onLeave };
});
