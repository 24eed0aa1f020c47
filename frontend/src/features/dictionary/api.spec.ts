import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { listDictionaries } from "@/api/generated";
import { i18n } from "@/shared/i18n";
import { runInApp } from "@/shared/testing/run-in-app";

import { useDictionary } from "./api";
import { sampleDictionary, sampleEntry } from "./testing";

vi.mock("@/api/generated", { spy: true });

const levels = [
  sampleEntry("major", { label_zh: "大客户", label_en: "Major", color: "orange" }),
  sampleEntry("former", { label_zh: "前客户", label_en: "Former", is_active: false }),
  sampleEntry("5", { label_zh: "很满意", label_en: "Very satisfied" }),
];

beforeEach(() => {
  const items = [sampleDictionary("areas", [sampleEntry("major")]), sampleDictionary("levels", levels)];
  vi.mocked(listDictionaries).mockReset().mockResolvedValue({ data: { items } } as never);
});

describe("useDictionary", () => {
  it("calls codes by their names in the language of the page, and unknown ones by themselves", async () => {
    const { result } = await runInApp(() => useDictionary("levels"));
    expect(result.label("major")).toBe("");
    await flushPromises();
    expect([result.label("major"), result.label(5), result.label("lost")]).toEqual(["大客户", "很满意", "lost"]);
    expect([result.color("major"), result.color("lost")]).toEqual(["orange", null]);
    i18n.global.locale.value = "en";
    expect(result.label("major")).toBe("Major");
    i18n.global.locale.value = "zh-CN";
  });

  it("offers what is in use, and what is chosen already", async () => {
    const { result } = await runInApp(() => useDictionary(() => "levels"));
    await flushPromises();
    expect(result.choices().map(({ value }) => value)).toEqual(["major", "5"]);
    expect(result.choices(["former", null]).map(({ value }) => value)).toEqual(["major", "former", "5"]);
  });

  it("asks once for a page that shows words of several dictionaries", async () => {
    await runInApp(() => [useDictionary("levels"), useDictionary("areas"), useDictionary(null)]);
    await flushPromises();
    expect(listDictionaries).toHaveBeenCalledTimes(1);
  });
});
