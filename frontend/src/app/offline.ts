import type { Query, QueryClient, QueryKey } from "@tanstack/vue-query";
import { watch } from "vue";

import type { useSessionStore } from "@/shared/stores/session";
import { destroyVault, openVault, rememberPerson, type Vault } from "@/shared/vault";
import { vaultsArePossible } from "@/shared/vault-support";

interface Answer {
  key: QueryKey;
  data: unknown;
  at: number;
}

/** What a person has looked at and may look at again without a network: lists, open customers and the words for both. */
const READABLE: readonly (readonly string[])[] = [
  ["customers", "list"],
  ["customers", "counts"],
  ["customers", "detail"],
  ["documents", "checklist"],
  ["documents", "types"],
  ["dictionary"],
];
const MOST_ANSWERS = 80;
const LONGEST_ANSWER = 400_000;
const PAUSE_MS = 1_000;

function isReadable(query: Query): boolean {
  return READABLE.some((start) => start.every((part, index) => query.queryKey[index] === part));
}

/** Puts back what is kept, as old as it is, so that pages show it and then fetch it anew. */
async function recall(vault: Vault, client: QueryClient): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  for (const id of await vault.ids("answers")) {
    const answer = await vault.get<Answer>("answers", id);
    if (!answer) continue;
    known.set(id, answer.at);
    if (client.getQueryData(answer.key) === undefined) client.setQueryData(answer.key, answer.data, { updatedAt: answer.at });
  }
  return known;
}

async function forgetOldest(vault: Vault, known: Map<string, number>): Promise<void> {
  const oldest = [...known].sort(([, one], [, other]) => one - other).slice(0, Math.max(0, known.size - MOST_ANSWERS));
  for (const [id] of oldest) {
    known.delete(id);
    await vault.drop("answers", id);
  }
}

/**
 * Keeps what a signed-in person reads on the phone, sealed and bounded, and brings back what the last visit has kept.
 * Returns what ends the keeping.
 */
async function keepAnswers(userId: string, client: QueryClient): Promise<() => void> {
  const vault = await openVault(userId);
  if (!vault) return () => undefined;
  const known = await recall(vault, client);
  const waiting = new Map<string, Query>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function keep(): Promise<void> {
    timer = undefined;
    const batch = [...waiting];
    waiting.clear();
    for (const [id, { queryKey, state }] of batch) {
      const answer: Answer = { key: queryKey, data: state.data, at: state.dataUpdatedAt };
      if (state.data === undefined || JSON.stringify(answer).length > LONGEST_ANSWER) continue;
      // A full disk is no reason to trouble anybody: reading goes on with the network.
      await vault?.put("answers", id, answer).catch(() => undefined);
      known.set(id, answer.at);
    }
    if (vault) await forgetOldest(vault, known);
  }

  function note(query: Query): void {
    if (query.state.status !== "success" || !isReadable(query)) return;
    if (known.get(query.queryHash) === query.state.dataUpdatedAt) return;
    waiting.set(query.queryHash, query);
    timer ??= setTimeout(() => void keep(), PAUSE_MS);
  }

  // The first page may have its answers before the vault is open.
  client.getQueryCache().getAll().forEach(note);
  const stop = client.getQueryCache().subscribe(({ type, query }) => {
    if (type === "updated") note(query);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/**
 * On phones what a person reads can be read again without a network, until the sign-in ends. A desktop, often shared and
 * seldom without one, keeps nothing.
 */
export function keepForOffline(
  session: ReturnType<typeof useSessionStore>,
  client: QueryClient,
  /** Whether the server itself has said who is signed in. */
  confirmed: () => boolean,
): void {
  if (!vaultsArePossible()) return;
  let stop: (() => void) | undefined;
  watch(
    () => session.user,
    async (user, before) => {
      if (!user) return;
      if (confirmed()) await rememberPerson(user);
      if (user.id === before?.id) return;
      stop?.();
      stop = await keepAnswers(user.id, client);
    },
    { immediate: true },
  );
  session.onLeave(() => {
    stop?.();
    void destroyVault();
  });
}
