import { beforeEach, describe, expect, it, vi } from "vitest";

import { createDictionaryEntry, listDictionaries, updateDictionaryEntry } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { notify } from "@/shared/notify";
import { runInApp } from "@/shared/testing/run-in-app";

import { sampleDictionary, sampleEntry } from "../testing";
import { useEntryForm } from "./useEntryForm";

vi.mock("@/api/generated", { spy: true });

const entry = sampleEntry("major", { label_zh: "大客户", label_en: "Major", color: "orange", version: 3 });
const setUp = async () => (await runInApp(() => useEntryForm(() => "customer_level"))).result;

beforeEach(() => {
  vi.spyOn(notify, "success").mockReturnValue();
  vi.mocked(createDictionaryEntry).mockReset().mockResolvedValue({} as never);
  vi.mocked(updateDictionaryEntry).mockReset().mockResolvedValue({} as never);
});

describe("useEntryForm", () => {
  it("names every field that is wrong and sends nothing", async () => {
    const form = await setUp();
    form.start(null);
    Object.assign(form.values, { code: "大客户" });
    await form.submit();
    expect(Object.keys(form.errors.value).sort()).toEqual(["code", "label_en", "label_zh"]);
    expect(createDictionaryEntry).not.toHaveBeenCalled();
  });

  it("adds an entry to the dictionary that is open, without a color when none was chosen", async () => {
    const form = await setUp();
    form.start(null);
    Object.assign(form.values, { code: "vip", label_zh: " 贵宾 ", label_en: "VIP" });
    await form.submit();
    expect(vi.mocked(createDictionaryEntry).mock.calls[0]?.[0]).toMatchObject({
      path: { dictionary: "customer_level" },
      body: { code: "vip", label_zh: "贵宾", label_en: "VIP", color: null, is_active: true },
    });
    expect(form.open.value).toBe(false);
  });

  it("changes what was shown, against the version that was shown", async () => {
    const form = await setUp();
    form.start(entry);
    form.values.label_zh = "重要客户";
    await form.submit();
    const sent = vi.mocked(updateDictionaryEntry).mock.calls[0]?.[0];
    expect(sent).toMatchObject({
      path: { dictionary: "customer_level", code: "major" },
      headers: { "If-Match": '"3"' },
      body: { label_zh: "重要客户", color: "orange" },
    });
  });

  it("points at a code that is taken", async () => {
    const taken = new ApiError("problem", 409, { code: "dictionary.duplicate_code" });
    vi.mocked(createDictionaryEntry).mockRejectedValue(taken);
    const form = await setUp();
    form.start(null);
    Object.assign(form.values, { code: "major", label_zh: "大客户", label_en: "Major" });
    await form.submit();
    expect(Object.keys(form.errors.value)).toEqual(["code"]);
    expect(form.open.value).toBe(true);
  });

  it("keeps what was typed when somebody else has saved meanwhile", async () => {
    vi.mocked(updateDictionaryEntry).mockRejectedValueOnce(new ApiError("problem", 412, { code: "request.stale" }));
    const newest = { ...entry, label_en: "Key account", version: 4 };
    const items = [sampleDictionary("customer_level", [newest])];
    vi.mocked(listDictionaries).mockResolvedValue({ data: { items } } as never);
    const form = await setUp();
    form.start(entry);
    form.values.label_zh = "重要客户";
    await form.submit();
    expect(form.values).toMatchObject({ label_zh: "重要客户", label_en: "Key account" });
    await form.submit();
    expect(vi.mocked(updateDictionaryEntry).mock.calls[1]?.[0].headers).toEqual({ "If-Match": '"4"' });
  });
});
