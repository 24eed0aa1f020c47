import type { QueryKey } from "@tanstack/vue-query";

import type { LiveEvent } from "@/api/generated";

/**
 * How soon what is shown follows a change. `now`: the object that is open, within a tenth of a second. `list`: rows that
 * may have changed, one or two seconds later, and less often while changes keep coming. `count`: what the server has to
 * count, the same but rarer.
 */
export type Pace = "now" | "list" | "count";

/** Queries that an event makes out of date. */
export interface LiveTarget {
  /** All queries whose key begins with it. */
  key: QueryKey;
  pace: Pace;
  /** Whether what is shown already knows of the change, as after one's own. */
  knows?: (data: unknown) => boolean;
}

type PrefixOf<Type extends string> = Type extends `${infer Area}.${string}` ? `${Area}.` : never;
type EventsOf<Prefix extends string> = Extract<LiveEvent, { type: `${Prefix}${string}` }>;

/** What a feature shows of the events of any domain, by the beginning of their type: its `live.ts`. */
export type LiveRoutes = {
  [Prefix in PrefixOf<LiveEvent["type"]>]?: (event: EventsOf<Prefix>) => readonly LiveTarget[];
};

interface Versioned {
  id: string;
  version: number;
}

/** `knows` for the object itself. */
export function hasVersion(version: number): (data: unknown) => boolean {
  return (data) => typeof (data as Partial<Versioned> | undefined)?.version === "number" && (data as Versioned).version >= version;
}

/** `knows` for lists, in one page or several: the changed row is among them, as new as the change. */
export function showsVersion(id: string, version: number): (data: unknown) => boolean {
  return (data) => {
    const { items, pages } = (data ?? {}) as { items?: Versioned[]; pages?: { items?: Versioned[] }[] };
    const rows = items ?? pages?.flatMap((page) => page.items ?? []) ?? [];
    return rows.some((row) => row.id === id && row.version >= version);
  };
}
