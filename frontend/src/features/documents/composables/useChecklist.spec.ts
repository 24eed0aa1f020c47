import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { readCompleteness } from "@/api/generated";
import { useUploadQueue } from "@/features/uploads/api";
import { runInApp } from "@/shared/testing/run-in-app";

import type { ChecklistItem, DocumentOwner } from "../model";
import { sampleDocument, sampleItem } from "../testing/samples";
import { useChecklist } from "./useChecklist";

vi.mock("@/api/generated", { spy: true });

const full = [sampleDocument({ id: "1" }), sampleDocument({ id: "2" })];

function serve(front: Partial<ChecklistItem> = {}) {
  const items = [
    sampleItem("other", { required: false }),
    sampleItem("id_card_front", { documents: full, state: "uploaded", room: 0, ...front }),
    sampleItem("bank_statement"),
  ];
  const figures = { required: 2, uploaded: 1, accepted: 0, uploaded_pct: 50, accepted_pct: 0 };
  const data = { ...figures, items, missing: [{ document_types: ["bank_statement"] }] };
  vi.mocked(readCompleteness).mockReset().mockResolvedValue({ data } as never);
}

const zhang = (can: string[]) => ({ id: "c1", name: "张三", can }) as DocumentOwner;

async function setUp(can = ["edit", "upload"]) {
  const app = await runInApp(() => ({ checklist: useChecklist(zhang(can)), queue: useUploadQueue() }));
  await flushPromises();
  return { ...app, ...app.result };
}

const slotOf = (checklist: ReturnType<typeof useChecklist>, code: string) =>
  checklist.slots.value.find((slot) => slot.type.code === code);

beforeEach(serve);

describe("useChecklist", () => {
  it("shows required slots before optional ones and names what is missing", async () => {
    const { checklist } = await setUp();
    expect(checklist.slots.value.map((slot) => slot.type.code)).toEqual(["id_card_front", "bank_statement", "other"]);
    expect(checklist.missing.value.map((slot) => slot.title)).toEqual(["bank_statement"]);
    expect(checklist.documents.value.map((document) => document.id)).toEqual(["1", "2"]);
  });

  it("takes files while the customer does and the slot has room", async () => {
    const { checklist } = await setUp();
    expect(slotOf(checklist, "bank_statement")).toMatchObject({ canUpload: true, full: false, room: 2 });
    expect(slotOf(checklist, "id_card_front")).toMatchObject({ canUpload: false, full: true, room: 0 });
  });

  it("takes what the server says, though the documents asked for anew still stand there", async () => {
    serve({ room: 2 });
    const { checklist } = await setUp();
    expect(slotOf(checklist, "id_card_front")).toMatchObject({ canUpload: true, full: false, room: 2 });
  });

  it("takes none from whoever may not", async () => {
    const { checklist } = await setUp(["edit"]);
    expect(checklist.slots.value.some((slot) => slot.canUpload || slot.full)).toBe(false);
  });

  it("hands files to the queue and shows those that did not make it in their slot", async () => {
    const { checklist, queue } = await setUp();
    checklist.add([new File(["hello"], "流水.txt")], "bank_statement");
    expect(queue.items[0]?.target).toMatchObject({ customerId: "c1", customerName: "张三", documentType: "bank_statement" });
    await vi.waitFor(() => {
      expect(slotOf(checklist, "bank_statement")?.uploads.map((upload) => upload.state)).toEqual(["failed"]);
    });
    expect(slotOf(checklist, "other")?.uploads).toEqual([]);
  });
});
