import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";

import {
  countDictionaryUsage,
  deleteDictionaryEntry,
  listDictionaries,
  reorderDictionary,
  updateDictionaryEntry,
} from "@/api/generated";
import { notify } from "@/shared/notify";
import { runInApp } from "@/shared/testing/run-in-app";

import { sampleDictionary, sampleEntry } from "../testing";
import { useDictionaries } from "./useDictionaries";

vi.mock("@/api/generated", { spy: true });

const [one, two, three] = [sampleEntry("one"), sampleEntry("two", { version: 7 }), sampleEntry("three")];

async function setUp(path = "/?open=levels") {
  const { result } = await runInApp(() => useDictionaries(), path);
  await flushPromises();
  return result;
}

beforeEach(() => {
  const items = [sampleDictionary("areas", []), sampleDictionary("levels", [one, two, three])];
  vi.mocked(listDictionaries).mockReset().mockResolvedValue({ data: { items } } as never);
  const usage = { items: [{ code: "two", count: 5 }] };
  vi.mocked(countDictionaryUsage).mockReset().mockResolvedValue({ data: usage } as never);
  vi.mocked(updateDictionaryEntry).mockReset().mockResolvedValue({} as never);
  vi.mocked(deleteDictionaryEntry).mockReset().mockResolvedValue({} as never);
  vi.mocked(reorderDictionary).mockReset().mockResolvedValue({} as never);
});

describe("useDictionaries", () => {
  it("opens the dictionary that the address names, and the first when it names none", async () => {
    expect((await setUp()).open.value?.code).toBe("levels");
    expect((await setUp("/?open=nothing")).open.value?.code).toBe("areas");
  });

  it("counts what is not used as nothing", async () => {
    const { usedBy } = await setUp();
    expect([usedBy(one), usedBy(two)]).toEqual([0, 5]);
  });

  it("sends the whole order in one request, and none when nothing moved", async () => {
    const { move } = await setUp();
    await move(three, 0);
    await move(one, 0);
    expect(vi.mocked(reorderDictionary).mock.calls.map(([{ body }]) => body.codes)).toEqual([["three", "one", "two"]]);
  });

  it("asks before it deletes what nothing uses", async () => {
    const confirm = vi.spyOn(notify, "confirm").mockResolvedValueOnce(false).mockResolvedValueOnce(true);
    const { remove } = await setUp();
    await remove(one);
    expect(deleteDictionaryEntry).not.toHaveBeenCalled();
    await remove(one);
    expect(deleteDictionaryEntry).toHaveBeenCalledOnce();
    expect(confirm).toHaveBeenCalledTimes(2);
  });

  it("takes what is used out of use instead of deleting it", async () => {
    vi.spyOn(notify, "confirm").mockResolvedValue(true);
    const { remove } = await setUp();
    await remove(two);
    expect(deleteDictionaryEntry).not.toHaveBeenCalled();
    expect(vi.mocked(updateDictionaryEntry).mock.calls[0]?.[0]).toMatchObject({
      path: { dictionary: "levels", code: "two" },
      headers: { "If-Match": '"7"' },
      body: { is_active: false },
    });
  });
});
