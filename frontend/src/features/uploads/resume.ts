import { useUploadQueue } from "./api";

/** Starts the queue, which takes up what is left. Apart from it, so that pages which need the queue share one file with it. */
export function resumeUploads(): void {
  useUploadQueue();
}
