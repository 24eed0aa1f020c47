import { beforeEach, describe, expect, it, vi } from "vitest";

import { createDocumentType, listDocumentTypes, updateDocumentType } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { notify } from "@/shared/notify";
import { runInApp } from "@/shared/testing/run-in-app";

import { sampleItem } from "../testing/samples";
import { useDocumentTypeForm } from "./useDocumentTypeForm";

vi.mock("@/api/generated", { spy: true });

const type = { ...sampleItem("vehicle_license").type, name: "行驶证", name_en: "Vehicle license", version: 4 };
const setUp = async () => (await runInApp(() => useDocumentTypeForm(() => 120))).result;

beforeEach(() => {
  vi.spyOn(notify, "success").mockReturnValue();
  vi.mocked(createDocumentType).mockReset().mockResolvedValue({} as never);
  vi.mocked(updateDocumentType).mockReset().mockResolvedValue({} as never);
});

describe("useDocumentTypeForm", () => {
  it("names every field that is wrong and sends nothing", async () => {
    const form = await setUp();
    form.start(null);
    Object.assign(form.values, { code: "Bad Code", allowed_kinds: [], max_files: 0 });
    await form.submit();
    expect(Object.keys(form.errors.value).sort()).toEqual(["allowed_kinds", "code", "max_files", "name", "name_en"]);
    expect(createDocumentType).not.toHaveBeenCalled();
  });

  it("puts a new type at the end", async () => {
    const form = await setUp();
    form.start(null);
    Object.assign(form.values, { code: "vehicle_license", name: " 行驶证 ", name_en: "Vehicle license" });
    await form.submit();
    expect(vi.mocked(createDocumentType).mock.calls[0]?.[0].body).toMatchObject({
      code: "vehicle_license",
      name: "行驶证",
      hint: null,
      sort_order: 120,
      is_active: true,
    });
    expect(form.open.value).toBe(false);
  });

  it("changes what was shown, against the version that was shown, and keeps its place in the order", async () => {
    const form = await setUp();
    form.start(type);
    form.values.max_files = 9;
    await form.submit();
    const sent = vi.mocked(updateDocumentType).mock.calls[0]?.[0];
    expect(sent).toMatchObject({ path: { code: "vehicle_license" }, headers: { "If-Match": '"4"' } });
    expect(sent?.body).toMatchObject({ max_files: 9, sort_order: 10 });
  });

  it("points at a code that is taken", async () => {
    const taken = new ApiError("problem", 409, { code: "document_type.duplicate_code" });
    vi.mocked(createDocumentType).mockRejectedValue(taken);
    const form = await setUp();
    form.start(null);
    Object.assign(form.values, { code: "other", name: "其他", name_en: "Other" });
    await form.submit();
    expect(Object.keys(form.errors.value)).toEqual(["code"]);
    expect(form.failure.value).toBe("");
    expect(form.open.value).toBe(true);
  });

  it("keeps what was typed when somebody else has saved meanwhile, and takes over the rest", async () => {
    vi.mocked(updateDocumentType).mockRejectedValueOnce(new ApiError("problem", 412, { code: "request.stale" }));
    const newest = { ...type, name: "机动车行驶证", max_files: 5, version: 5 };
    vi.mocked(listDocumentTypes).mockResolvedValue({ data: { items: [newest] } } as never);
    const form = await setUp();
    form.start(type);
    form.values.name = "我的改动";
    await form.submit();
    expect(form.values).toMatchObject({ name: "我的改动", max_files: 5 });
    expect(form.failure.value).toBe("form.stale_contested");
    await form.submit();
    expect(vi.mocked(updateDocumentType).mock.calls[1]?.[0].headers).toEqual({ "If-Match": '"5"' });
    expect(form.open.value).toBe(false);
  });

  it("sends a new type again under the key of the try whose answer was lost", async () => {
    vi.mocked(createDocumentType).mockRejectedValueOnce(new ApiError("network", 0));
    const form = await setUp();
    form.start(null);
    Object.assign(form.values, { code: "other", name: "其他", name_en: "Other" });
    await form.submit();
    await form.submit();
    const [first, second] = vi.mocked(createDocumentType).mock.calls.map(([{ headers }]) => headers);
    expect(first).toEqual(second);
  });
});
