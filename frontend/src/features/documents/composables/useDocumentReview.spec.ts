import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";

import { acceptDocument, rejectDocument } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { i18n } from "@/shared/i18n";
import { notify } from "@/shared/notify";
import { runInApp } from "@/shared/testing/run-in-app";

import { sampleDocument } from "../testing/samples";
import { useDocumentReview } from "./useDocumentReview";

vi.mock("@/api/generated", { spy: true });

const onDecided = vi.fn();
const current = ref(sampleDocument());

async function setUp(parts = {}) {
  current.value = sampleDocument(parts);
  return (await runInApp(() => useDocumentReview(current, { onDecided }))).result;
}

/** Messages with values are compiled at build time; a test hands in the compiled form. */
interface Context {
  named: (key: string) => unknown;
}

beforeEach(() => {
  i18n.global.setLocaleMessage("zh-CN", {
    documents: { desk: { differs: ({ named }: Context) => `${named("facts")}与客户资料不一致` } },
  });
  onDecided.mockReset();
  vi.mocked(acceptDocument).mockReset().mockResolvedValue({} as never);
  vi.mocked(rejectDocument).mockReset().mockResolvedValue({} as never);
});

describe("accepting", () => {
  it("decides once however often it is pressed, and moves on", async () => {
    const review = await setUp();
    void review.accept();
    await Promise.resolve();
    void review.accept();
    await flushPromises();
    expect(acceptDocument).toHaveBeenCalledTimes(1);
    expect(onDecided).toHaveBeenCalledExactlyOnceWith("d1");
  });

  it("does nothing for whoever may not", async () => {
    const review = await setUp({ can: ["delete"] });
    await review.accept();
    review.startRejecting();
    expect(acceptDocument).not.toHaveBeenCalled();
    expect(review.rejecting.value).toBe(false);
  });

  it("says why it failed and stays", async () => {
    const sentence = vi.spyOn(notify, "error").mockReturnValue();
    vi.mocked(acceptDocument).mockRejectedValue(new ApiError("problem", 409, { code: "document.illegal_review" }));
    const review = await setUp();
    await review.accept();
    expect(sentence).toHaveBeenCalledTimes(1);
    expect(onDecided).not.toHaveBeenCalled();
  });
});

describe("turning down", () => {
  it("asks for a reason", async () => {
    const review = await setUp();
    review.startRejecting();
    await review.reject();
    expect(review.fault.value).toBe("documents.reject.reason_missing");
    expect(rejectDocument).not.toHaveBeenCalled();
  });

  it("asks for words when the reason is another one", async () => {
    const review = await setUp();
    review.startRejecting();
    review.reason.value = "other";
    review.message.value = "   ";
    await flushPromises();
    await review.reject();
    expect(review.fault.value).toBe("documents.reject.message_missing");
  });

  it("sends the reason, closes the form and moves on", async () => {
    const review = await setUp();
    review.startRejecting();
    review.reason.value = "blurred";
    review.message.value = " 看不清 ";
    await flushPromises();
    await review.reject();
    expect(vi.mocked(rejectDocument).mock.calls[0]?.[0]).toMatchObject({
      path: { document_id: "d1" },
      body: { reason_code: "blurred", message: "看不清" },
    });
    expect(review.rejecting.value).toBe(false);
    expect(onDecided).toHaveBeenCalledExactlyOnceWith("d1");
  });

  it("starts afresh with the next document", async () => {
    const review = await setUp();
    review.startRejecting();
    review.reason.value = "expired";
    current.value = sampleDocument({ id: "d2" });
    await flushPromises();
    expect(review.rejecting.value).toBe(false);
    expect(review.reason.value).toBeNull();
  });
});

describe("pages nobody has looked at", () => {
  it("are told before accepting; asked again, it is done", async () => {
    current.value = sampleDocument({ page_count: 6 });
    const { result: review } = await runInApp(() => useDocumentReview(current, { onDecided, unseen: () => 4 }));
    await review.accept();
    expect(review.warned.value).toBe(true);
    expect(acceptDocument).not.toHaveBeenCalled();
    await review.accept();
    expect(acceptDocument).toHaveBeenCalledTimes(1);
  });

  it("are told anew for the next document", async () => {
    current.value = sampleDocument({ page_count: 6 });
    const { result: review } = await runInApp(() => useDocumentReview(current, { onDecided, unseen: () => 4 }));
    await review.accept();
    current.value = sampleDocument({ id: "d2", page_count: 6 });
    await flushPromises();
    await review.accept();
    expect(acceptDocument).not.toHaveBeenCalled();
  });
});

describe("what differs from the record", () => {
  const setUpDiffering = async () => {
    current.value = sampleDocument();
    return (await runInApp(() => useDocumentReview(current, { onDecided, differences: () => ["姓名", "地址"] }))).result;
  };

  it("is the draft of the refusal", async () => {
    const review = await setUpDiffering();
    review.startRejecting();
    expect(review.reason.value).toBe("mismatch");
    expect(review.message.value).toBe("姓名、地址与客户资料不一致");
  });

  it("does not outdo a reason that was chosen, nor words that were written", async () => {
    const review = await setUpDiffering();
    review.startRejecting("blurred");
    expect(review.reason.value).toBe("blurred");
    review.message.value = "重拍";
    review.startRejecting("expired");
    expect([review.reason.value, review.message.value]).toEqual(["expired", "重拍"]);
  });
});
