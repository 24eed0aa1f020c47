import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "@/api/problem";
import { inSetup } from "@/shared/testing/setup-host";

import * as api from "../api";
import { useReveal } from "./useReveal";

const number = "11010519491231002X";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(api, "revealValue").mockReset().mockResolvedValue(number);
});
afterEach(() => {
  vi.useRealTimers();
});

async function asked(reason: string) {
  const { result: reveal, app } = inSetup(() => useReveal(() => "c1"));
  reveal.ask("id_number");
  reveal.values.reason = reason;
  await reveal.submit();
  return { reveal, app };
}

describe("useReveal", () => {
  it("asks for a reason before it asks the server", async () => {
    const { reveal } = await asked("  ");
    expect(Object.keys(reveal.errors.value)).toEqual(["reason"]);
    expect(api.revealValue).not.toHaveBeenCalled();
  });

  it("shows the value for a minute", async () => {
    const { reveal } = await asked(" 核对 ");
    expect(api.revealValue).toHaveBeenCalledExactlyOnceWith("c1", "id_number", "核对");
    expect(reveal.revealed.id_number).toBe(number);
    expect(reveal.asking.value).toBeNull();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(reveal.revealed.id_number).toBe(number);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(reveal.revealed.id_number).toBe("");
  });

  it("keeps a value that is asked for a second time for a whole minute more", async () => {
    const { reveal } = await asked("核对");
    await vi.advanceTimersByTimeAsync(40_000);
    reveal.ask("id_number");
    reveal.values.reason = "再次核对";
    await reveal.submit();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(reveal.revealed.id_number).toBe(number);
  });

  it("does not show what comes after the question was closed", async () => {
    let tell!: (value: string) => void;
    vi.mocked(api.revealValue).mockReturnValueOnce(new Promise((resolve) => (tell = resolve)));
    const { result: reveal } = inSetup(() => useReveal(() => "c1"));
    reveal.ask("id_number");
    reveal.values.reason = "核对";
    const sending = reveal.submit();
    reveal.asking.value = null;
    await vi.advanceTimersByTimeAsync(0);
    tell(number);
    await sending;
    expect(reveal.revealed.id_number).toBe("");
  });

  it("says why it was refused and keeps the reason", async () => {
    vi.mocked(api.revealValue).mockRejectedValueOnce(new ApiError("problem", 403, { code: "auth.forbidden" }));
    const { reveal } = await asked("核对");
    expect(reveal.failure.value).not.toBe("");
    expect(reveal.values.reason).toBe("核对");
  });
});
