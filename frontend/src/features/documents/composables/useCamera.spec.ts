import { beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";

import { runInApp } from "@/shared/testing/run-in-app";

import { useCamera } from "./useCamera";

const getUserMedia = vi.fn<(constraints: MediaStreamConstraints) => Promise<MediaStream>>();

function fakeStream(torch = false) {
  const track = {
    stop: vi.fn(),
    applyConstraints: vi.fn(() => Promise.resolve()),
    getCapabilities: () => ({ torch }),
  };
  const stream = { getTracks: () => [track], getVideoTracks: () => [track] } as unknown as MediaStream;
  return { stream, track };
}

const setUp = () => runInApp(() => useCamera(ref(null)));

beforeEach(() => {
  getUserMedia.mockReset();
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
});

describe("useCamera", () => {
  it("opens the back camera without sound and lets go of it with the page", async () => {
    const { stream, track } = fakeStream();
    getUserMedia.mockResolvedValue(stream);
    const { result, unmount } = await setUp();
    await result.start();
    expect(result.state.value).toBe("live");
    expect(getUserMedia.mock.calls[0]?.[0]).toMatchObject({ audio: false, video: { facingMode: { ideal: "environment" } } });
    unmount();
    expect(track.stop).toHaveBeenCalledTimes(1);
  });

  it("lets go of a camera that opens after the page was left", async () => {
    const { stream, track } = fakeStream();
    let open!: (stream: MediaStream) => void;
    getUserMedia.mockReturnValue(new Promise((resolve) => (open = resolve)));
    const { result, unmount } = await setUp();
    const started = result.start();
    unmount();
    open(stream);
    await started;
    expect(track.stop).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["denied", new DOMException("no", "NotAllowedError")],
    ["unavailable", new DOMException("none", "NotFoundError")],
  ])("is %s", async (state, error) => {
    getUserMedia.mockRejectedValue(error);
    const { result } = await setUp();
    await result.start();
    expect(result.state.value).toBe(state);
  });

  it("is unavailable where pages may not ask", async () => {
    vi.stubGlobal("navigator", {});
    const { result } = await setUp();
    await result.start();
    expect(result.state.value).toBe("unavailable");
  });

  it("offers a light only when there is one, and switches it", async () => {
    const { stream, track } = fakeStream(true);
    getUserMedia.mockResolvedValue(stream);
    const { result } = await setUp();
    expect(result.hasTorch.value).toBe(false);
    await result.start();
    expect(result.hasTorch.value).toBe(true);
    await result.toggleTorch();
    expect(track.applyConstraints).toHaveBeenCalledWith({ advanced: [{ torch: true }] });
    expect(result.torchOn.value).toBe(true);
  });
});
