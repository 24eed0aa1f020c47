import { describe, expect, it } from "vitest";

import { nextToPhotograph, type Takes } from "./photographs";

describe("the next photo", () => {
  const slot = (code: string, parts: Partial<Takes> = {}): Takes => ({
    type: { code, allowed_kinds: ["image"] },
    canUpload: true,
    uploads: [],
    ...parts,
  });
  const codes = (missing: Takes[], order: Takes[], after: string | null, taken: string[] = []) =>
    nextToPhotograph(missing, order, after, new Set(taken))?.type.code ?? null;
  const [front, back, income] = [slot("front"), slot("back"), slot("income")];

  it("is the first that is missing, and after a photo the one that follows", () => {
    expect(codes([front, back], [front, back, income], null)).toBe("front");
    expect(codes([front, back, income], [front, back, income], "back")).toBe("income");
    expect(codes([front, income], [front, back, income], "income")).toBe("front");
  });

  it("leaves out what is on its way or was just taken, but not what did not make it", () => {
    const moving = slot("back", { uploads: [{ state: "waiting" }] });
    const failed = slot("income", { uploads: [{ state: "failed" }] });
    expect(codes([front, moving, failed], [front, moving, failed], null, ["front"])).toBe("income");
  });

  it("leaves out what takes no photos or nothing at all", () => {
    const file = slot("report", { type: { code: "report", allowed_kinds: ["pdf"] } });
    expect(codes([file, slot("full", { canUpload: false })], [file, slot("full", { canUpload: false })], null)).toBeNull();
  });
});
