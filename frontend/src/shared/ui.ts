import table from "./uis.json";

/**
 * The interfaces, one row each in uis.json, which router, guards, lint and budgets read: the prefix of its addresses,
 * its folder (`features/<name>/<folder>`, `ui-<folder>`), its shell, its sign-in and start pages, and its kit's packages.
 */
export type Ui = keyof typeof table;

export const uis = table;
export const uiNames = Object.keys(table) as Ui[];

/** The interface an address belongs to; null for one that belongs to none. */
export function uiOf(path: string): Ui | null {
  return uiNames.find((ui) => path === uis[ui].prefix || path.startsWith(`${uis[ui].prefix}/`)) ?? null;
}
