export interface TableColumn {
  /** Name of the column's slot and of its entry in the stored choice of columns. */
  key: string;
  label: string;
  /** Any CSS width; without one the column takes what is left. */
  width?: string;
  /** Where longer content is cut off, if not at the usual 280 px. */
  widest?: string;
  /** The server's sort key when the column can be sorted. */
  sort?: string;
  align?: "right" | "center";
  /** Cannot be hidden: the column that carries the link to the row's page. */
  fixed?: boolean;
  /** Hidden until the person asks for it. */
  optional?: boolean;
}

/** The sort after a press on a column's header: descending, ascending, then the list's own order. */
export function nextSort(current: string, key: string, fallback: string): string {
  if (current === `-${key}`) return key;
  if (current === key) return fallback;
  return `-${key}`;
}
