import type { Color, DictionaryRead, EntryFields, EntryRead } from "@/api/generated";
import type { Locale } from "@/shared/i18n";

export type Dictionary = DictionaryRead;
export type Entry = EntryRead;
export type EntryColor = Color;
export type EntryInput = Required<EntryFields>;

export const colors = ["gray", "blue", "teal", "green", "orange", "red", "purple"] as const satisfies Color[];

/** What an entry or a dictionary is called in a language. */
export function labelOf(named: Pick<Entry, "label_zh" | "label_en">, locale: Locale): string {
  return locale === "en" ? named.label_en : named.label_zh;
}

export function inputOf({ label_zh, label_en, color, is_active }: Entry): EntryInput {
  return { label_zh, label_en, color, is_active };
}

/** The codes after one of them has taken the place of another; the others move up or down. */
export function moved(codes: readonly string[], code: string, place: number): string[] {
  const others = codes.filter((other) => other !== code);
  return [...others.slice(0, place), code, ...others.slice(place)];
}
