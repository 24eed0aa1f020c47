import { flushPromises } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";

import { readDocumentContent } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { runInApp } from "@/shared/testing/run-in-app";

import { sampleDocument } from "../testing/samples";
import { useDocumentImage } from "./useDocumentImage";

vi.mock("@/api/generated", { spy: true });

const living = new Set<string>();
let made = 0;

beforeEach(() => {
  living.clear();
  vi.mocked(readDocumentContent).mockReset().mockResolvedValue({ data: new Blob(["x"]) } as never);
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
    const url = `blob:${(made += 1)}`;
    living.add(url);
    return url;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void living.delete(url));
});

describe("useDocumentImage", () => {
  it("shows the page asked for", async () => {
    const { result } = await runInApp(() => useDocumentImage(sampleDocument(), "preview", 3));
    await flushPromises();
    expect(result.state.value).toBe("ready");
    expect(vi.mocked(readDocumentContent).mock.calls[0]?.[0]).toMatchObject({
      path: { document_id: "d1" },
      query: { variant: "preview", page: 3 },
      responseType: "blob",
    });
  });

  it("waits for the server to make the picture, then fetches it", async () => {
    const shown = ref(sampleDocument({ processing: "queued" }));
    const { result } = await runInApp(() => useDocumentImage(shown, "thumbnail"));
    await flushPromises();
    expect(result.state.value).toBe("processing");
    expect(readDocumentContent).not.toHaveBeenCalled();
    shown.value = sampleDocument({ processing: "ready" });
    await flushPromises();
    expect(result.state.value).toBe("ready");
  });

  it("tries again while the server says that the picture is not ready yet", async () => {
    vi.useFakeTimers();
    vi.mocked(readDocumentContent).mockRejectedValueOnce(new ApiError("problem", 409, { code: "document.processing" }));
    const { result } = await runInApp(() => useDocumentImage(sampleDocument(), "thumbnail"));
    await vi.advanceTimersByTimeAsync(0);
    expect(result.state.value).toBe("loading");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(result.state.value).toBe("ready");
    vi.useRealTimers();
  });

  it("gives up on a picture that cannot be made", async () => {
    vi.mocked(readDocumentContent).mockRejectedValue(new ApiError("problem", 409, { code: "document.no_picture" }));
    const { result } = await runInApp(() => useDocumentImage(sampleDocument(), "thumbnail"));
    await flushPromises();
    expect(result.state.value).toBe("failed");
    const { result: failed } = await runInApp(() => useDocumentImage(sampleDocument({ processing: "failed" }), "thumbnail"));
    expect(failed.state.value).toBe("failed");
  });

  it("keeps no picture that is no longer shown", async () => {
    const page = ref(1);
    const { unmount } = await runInApp(() => useDocumentImage(sampleDocument({ page_count: 2 }), "preview", page));
    await flushPromises();
    page.value = 2;
    await flushPromises();
    expect(living.size).toBe(1);
    unmount();
    expect(living.size).toBe(0);
  });
});
