import { describe, expect, it, vi } from "vitest";

import { sampleItem } from "../testing/samples";
import type { Slot } from "./useChecklist";
import { useTypeChoice } from "./useTypeChoice";

const slot = (code: string, canUpload = true): Slot => ({
  ...sampleItem(code),
  title: code,
  hint: "", uploads: [],
  room: canUpload ? 2 : 0,
  canUpload,
  full: !canUpload,
});
const slots = [slot("bank_statement"), slot("credit_report", false), slot("other")];
const named = (name: string) => new File(["x"], name);

describe("useTypeChoice", () => {
  it("offers what can still be added to, and suggests it by name", () => {
    const choice = useTypeChoice(() => slots, vi.fn());
    choice.ask([named("招行流水.pdf"), named("征信报告.pdf"), named("IMG_1.jpg")]);
    expect(choice.choices.value.map((one) => one.type.code)).toEqual(["bank_statement", "other"]);
    expect(choice.rows.value.map((row) => row.code)).toEqual(["bank_statement", "", ""]);
    expect(choice.complete.value).toBe(false);
  });

  it("adds each group to its slot once every file has a type", () => {
    const add = vi.fn();
    const choice = useTypeChoice(() => slots, add);
    choice.ask([named("a.jpg"), named("流水.pdf"), named("b.jpg")]);
    choice.confirm();
    expect(add).not.toHaveBeenCalled();
    for (const row of choice.rows.value) row.code ||= "other";
    choice.confirm();
    const calls = add.mock.calls.map(([files, code]) => [code, (files as File[]).map((file) => file.name)]);
    expect(calls).toEqual([
      ["other", ["a.jpg", "b.jpg"]],
      ["bank_statement", ["流水.pdf"]],
    ]);
    expect(choice.rows.value).toEqual([]);
  });

  it("sets one type for all", () => {
    const choice = useTypeChoice(() => slots, vi.fn());
    choice.ask([named("a.jpg"), named("b.jpg")]);
    choice.chooseForAll("other");
    expect(choice.complete.value).toBe(true);
    choice.cancel();
    expect(choice.rows.value).toEqual([]);
  });
});
