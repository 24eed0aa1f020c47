import { useEventListener } from "@vueuse/core";
import { computed, onScopeDispose, ref, shallowRef, type Ref } from "vue";

import { hasCamera } from "./hasCamera";

export type CameraState = "starting" | "live" | "denied" | "unavailable";

/** The whole sensor of a usual phone is asked for: a reviewer must be able to read small print. */
const WANTED: MediaTrackConstraints = {
  facingMode: { ideal: "environment" },
  width: { ideal: 3840 },
  height: { ideal: 2160 },
};

const QUALITY = 0.92;

interface TorchCapabilities extends MediaTrackCapabilities {
  torch?: boolean;
}

function stateAfter(error: unknown): CameraState {
  return error instanceof DOMException && error.name === "NotAllowedError" ? "denied" : "unavailable";
}

/** The back camera in a `<video>`, with shutter and torch; released when the page is left or put in the background. */
export function useCamera(video: Ref<HTMLVideoElement | null>) {
  const state = ref<CameraState>("starting");
  const stream = shallowRef<MediaStream | null>(null);
  const torchOn = ref(false);
  let left = false;

  const track = computed(() => stream.value?.getVideoTracks()[0] ?? null);
  const hasTorch = computed(() => {
    const capabilities = track.value?.getCapabilities?.() as TorchCapabilities | undefined;
    return capabilities?.torch === true;
  });

  function stop() {
    for (const one of stream.value?.getTracks() ?? []) one.stop();
    stream.value = null;
    torchOn.value = false;
  }

  async function start() {
    stop();
    if (!hasCamera()) {
      state.value = "unavailable";
      return;
    }
    state.value = "starting";
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
      stream.value = opened;
      if (left) {
        stop();
        return;
      }
      if (video.value) {
        video.value.srcObject = opened;
        await video.value.play();
      }
      state.value = "live";
    } catch (error) {
      stop();
      state.value = stateAfter(error);
    }
  }

  async function toggleTorch() {
    const torch = !torchOn.value;
    await track.value?.applyConstraints({ advanced: [{ torch } as MediaTrackConstraintSet] });
    torchOn.value = torch;
  }

  /** The frame of this moment as a JPEG with every pixel the camera gives; null before the first frame. */
  async function shoot(filename: string): Promise<File | null> {
    const frame = video.value;
    if (!frame || frame.videoWidth === 0) return null;
    const canvas = document.createElement("canvas");
    canvas.width = frame.videoWidth;
    canvas.height = frame.videoHeight;
    canvas.getContext("2d")?.drawImage(frame, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, "image/jpeg", QUALITY);
    });
    return blob && new File([blob], filename, { type: "image/jpeg" });
  }

  useEventListener(document, "visibilitychange", () => {
    if (document.visibilityState === "hidden") stop();
    else if (stream.value === null && state.value === "live") void start();
  });

  onScopeDispose(() => {
    left = true;
    stop();
  });

  return { state, start, stop, shoot, hasTorch, torchOn, toggleTorch };
}
