import type { Dictionary, Entry } from "./model";

export function sampleEntry(code: string, change: Partial<Entry> = {}): Entry {
  return {
    code,
    label_zh: `名称 ${code}`,
    label_en: `Label ${code}`,
    color: null,
    is_active: true,
    is_builtin: false,
    version: 1,
    ...change,
  };
}

export function sampleDictionary(code: string, entries: Entry[]): Dictionary {
  return { code, label_zh: `字典 ${code}`, label_en: `Dictionary ${code}`, is_fixed: false, entries };
}
