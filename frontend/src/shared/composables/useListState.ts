import { computed, ref, watch, type Ref } from "vue";
import { useRoute, useRouter, type LocationQuery, type LocationQueryRaw } from "vue-router";

import { debounce } from "../utils/debounce";

/** How a filter stands in the address: `one` value, `many` values (repeated), or a `flag` (present or not). */
export type FilterKind = "one" | "many" | "flag";
type FilterValue<Kind extends FilterKind> = Kind extends "many" ? string[] : Kind extends "flag" ? boolean : string;

export type FilterSchema = Record<string, FilterKind>;
export type Filters<Schema extends FilterSchema> = { -readonly [Name in keyof Schema]: FilterValue<Schema[Name]> };

export interface ListSchema<Schema extends FilterSchema> {
  filters: Schema;
  /** Keys the server can sort by, without the minus of descending order. */
  sorts: readonly string[];
  defaultSort: string;
  defaultLimit?: number;
}

export interface ListState<Schema extends FilterSchema> {
  page: number;
  limit: number;
  sort: string;
  q: string;
  filters: Filters<Schema>;
}

const MAX_LIMIT = 100;
const SEARCH_DELAY_MS = 300;

function values(query: LocationQuery, name: string): string[] {
  const value = query[name];
  return (Array.isArray(value) ? value : [value]).filter((entry): entry is string => Boolean(entry));
}

function positive(text: string | undefined, fallback: number): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : fallback;
}

/** Reads the list state out of an address; anything malformed counts as absent. */
export function readListState<Schema extends FilterSchema>(
  query: LocationQuery,
  schema: ListSchema<Schema>,
): ListState<Schema> {
  const sort = values(query, "sort")[0] ?? "";
  const filters = Object.fromEntries(
    Object.entries(schema.filters).map(([name, kind]) => {
      const given = values(query, name);
      if (kind === "many") return [name, given];
      return [name, kind === "flag" ? given[0] === "true" : (given[0] ?? "")];
    }),
  ) as Filters<Schema>;
  return {
    page: positive(values(query, "page")[0], 1),
    limit: Math.min(positive(values(query, "limit")[0], schema.defaultLimit ?? 20), MAX_LIMIT),
    sort: schema.sorts.includes(sort.replace(/^-/, "")) ? sort : schema.defaultSort,
    q: values(query, "q")[0] ?? "",
    filters,
  };
}

/** Writes the state into an address, leaving out what is at its default. */
export function writeListState<Schema extends FilterSchema>(
  state: ListState<Schema>,
  schema: ListSchema<Schema>,
): LocationQueryRaw {
  const query: LocationQueryRaw = {};
  if (state.q) query["q"] = state.q;
  for (const [name, value] of Object.entries(state.filters) as [string, string | string[] | boolean][]) {
    if (Array.isArray(value) ? value.length > 0 : value) query[name] = value === true ? "true" : (value as string);
  }
  if (state.sort !== schema.defaultSort) query["sort"] = state.sort;
  if (state.limit !== (schema.defaultLimit ?? 20)) query["limit"] = String(state.limit);
  if (state.page !== 1) query["page"] = String(state.page);
  return query;
}

/** Filters and search as query parameters of the API: the empty ones left out. */
export function listParameters<Schema extends FilterSchema>(state: ListState<Schema>): Record<string, unknown> {
  const filled = Object.entries(state.filters).filter(([, value]) => (Array.isArray(value) ? value.length : value));
  return { ...(state.q ? { q: state.q } : {}), ...Object.fromEntries(filled) };
}

/**
 * The state of a list, kept in the address: it survives reload, Back, and being sent to a colleague.
 *
 * Typing in `search` takes effect after 300 ms; every change but that of the page returns to page 1.
 */
export function useListState<Schema extends FilterSchema>(schema: ListSchema<Schema>) {
  const route = useRoute();
  const router = useRouter();
  const path = route.path;

  const state = ref(readListState(route.query, schema)) as Ref<ListState<Schema>>;
  const search = ref(state.value.q);

  // On the way to another page the query already is that page's: this list must not react to it.
  watch(
    () => route.query,
    (query) => {
      if (route.path !== path) return;
      state.value = readListState(query, schema);
      if (state.value.q !== search.value.trim()) search.value = state.value.q;
    },
  );

  function update(change: Partial<ListState<Schema>>, history: "push" | "replace" = "push"): void {
    if (route.path !== path) return;
    const next = { ...state.value, page: 1, ...change };
    void router[history]({ path, query: writeListState(next, schema), hash: route.hash });
  }

  const takeSearch = debounce((text: string) => {
    if (text.trim() !== state.value.q) update({ q: text.trim() } as Partial<ListState<Schema>>, "replace");
  }, SEARCH_DELAY_MS);
  watch(search, takeSearch);

  function setFilter<Name extends keyof Schema>(name: Name, value: FilterValue<Schema[Name]>): void {
    update({ filters: { ...state.value.filters, [name]: value } });
  }

  /** Empties search and filters, except those named. */
  function clear(keep: (keyof Schema)[] = []): void {
    search.value = "";
    const blank = readListState({}, schema).filters;
    for (const name of keep) blank[name] = state.value.filters[name];
    update({ q: "", filters: blank });
  }

  /** Goes to the last page when the list has become shorter than the page asked for. */
  function clampTo(total: number): void {
    const last = Math.max(1, Math.ceil(total / state.value.limit));
    if (state.value.page > last) update({ page: last }, "replace");
  }

  const activeFilters = computed(
    () => Object.values<string | string[] | boolean>(state.value.filters).filter((value) => (Array.isArray(value) ? value.length : value)).length,
  );
  const narrowed = computed(() => state.value.q !== "" || activeFilters.value > 0);

  return {
    state,
    search,
    activeFilters,
    narrowed,
    setFilter,
    setFilters: (filters: Filters<Schema>) => update({ filters }),
    setFiltersAndSort: (filters: Filters<Schema>, sort: string) => update({ filters, sort }),
    setSort: (sort: string) => update({ sort }),
    setPage: (page: number) => update({ page }),
    setLimit: (limit: number) => update({ limit }),
    clear,
    clampTo,
  };
}
