import { ApiError, isApiError } from "@/api/problem";

export type FileFormat = "jpeg" | "png" | "webp" | "heic" | "pdf";
export type DocumentKind = "image" | "pdf";

/** The server's limit for one file, in bytes. */
export const MAX_BYTES = 10 * 1024 * 1024;

/** How many leading bytes tell a file's format. */
export const SNIFFED_BYTES = 128;

/** Photos above this many bytes are made smaller before they are sent. */
export const COMPRESS_ABOVE = 1.5 * 1024 * 1024;

export type UploadState =
  | "checking"
  | "waiting"
  | "compressing"
  | "uploading"
  | "processing"
  | "done"
  | "duplicate"
  | "failed"
  | "cancelled";

/** Where a file belongs. */
export interface UploadTarget {
  customerId: string;
  customerName: string;
  documentType: string;
  /** The type's name in zh-CN and in English. */
  documentTypeName: { "zh-CN": string; en: string };
  allowedKinds: readonly DocumentKind[];
  /** How many more files the type takes for this customer; null without a limit. */
  room: number | null;
  /** SHA-256 of the documents of this type that a reviewer has refused. */
  refused: readonly string[];
}

export interface UploadItem {
  readonly id: string;
  readonly filename: string;
  /** Bytes of the file as chosen. */
  readonly size: number;
  readonly target: UploadTarget;
  format: FileFormat | null;
  /** Bytes really sent, once known. */
  sentSize: number | null;
  state: UploadState;
  /** Share of the bytes that have left, 0 to 1. */
  progress: number;
  /** Tries that have failed since the person or the network last gave a fresh start. */
  failures: number;
  error: ApiError | null;
  documentId: string | null;
  /** Survives closing the browser. */
  kept: boolean;
}

/** An item as it rests on the phone. */
export interface KeptItem extends Pick<UploadItem, "id" | "filename" | "size" | "target" | "format" | "sentSize"> {
  /** Its place in the order in which the files were given. */
  order: number;
  type: string;
  lastModified: number;
}

const FINISHED: readonly UploadState[] = ["done", "duplicate", "failed", "cancelled"];

export function isFinished(item: Pick<UploadItem, "state">): boolean {
  return FINISHED.includes(item.state);
}

/** Whether closing the page now would lose the file: its bytes are not on the server yet. */
export function wouldBeLost(item: Pick<UploadItem, "state">): boolean {
  return !isFinished(item) && item.state !== "processing";
}

export function kindOf(format: FileFormat): DocumentKind {
  return format === "pdf" ? "pdf" : "image";
}

/** Still pictures coded in HEVC (ISO/IEC 23008-12). "mif1" alone may be AVIF, so it counts beside one of these only. */
const HEVC_BRANDS = ["heic", "heix", "heim", "heis"];

function ascii(head: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...head.slice(from, to));
}

function isHeic(head: Uint8Array): boolean {
  if (ascii(head, 4, 8) !== "ftyp") return false;
  const box = head.subarray(0, new DataView(head.buffer, head.byteOffset).getUint32(0));
  const major = ascii(box, 8, 12);
  if (major !== "mif1") return HEVC_BRANDS.includes(major);
  for (let start = 16; start < box.length; start += 4) if (HEVC_BRANDS.includes(ascii(box, start, start + 4))) return true;
  return false;
}

/**
 * The format by the first bytes of a file, whatever its name says; null for one that is not taken. The server's rule
 * (backend/kit/files/sniff.py), held equal by tests/kit/files/formats.json: nobody uploads what is then refused.
 */
export function sniffFormat(head: Uint8Array): FileFormat | null {
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return "jpeg";
  if (ascii(head, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (ascii(head, 0, 4) === "RIFF" && ascii(head, 8, 12) === "WEBP") return "webp";
  if (ascii(head, 0, 5) === "%PDF-") return "pdf";
  if (isHeic(head)) return "heic";
  return null;
}

export function canShrink(format: FileFormat): boolean {
  return format === "jpeg" || format === "png" || format === "webp";
}

function refusal(code: string, members: Record<string, unknown> = {}): ApiError {
  return new ApiError("problem", 422, { code, ...members });
}

export function tooLarge(): ApiError {
  return refusal("document.too_large", { max_megabytes: MAX_BYTES / 1024 / 1024 });
}

export function tooManyFiles(): ApiError {
  return refusal("document.too_many_files");
}

/** Told here alone: the server takes the file. */
export function refusedBefore(): ApiError {
  return refusal("upload.refused_before");
}

/** A name that promises a format which is taken. */
const PROMISING = /\.(jpe?g|png|webp|hei[cf]|pdf)$/i;

/**
 * Why a file cannot be taken, mostly in the server's own codes; null when it can be sent (an image perhaps after
 * shrinking).
 */
export function refusalOf({ name, size }: Pick<File, "name" | "size">, format: FileFormat | null, target: UploadTarget): ApiError | null {
  if (size === 0) return refusal("document.empty");
  if (format === null) return refusal(PROMISING.test(name) ? "upload.false_name" : "document.unsupported_type");
  if (!target.allowedKinds.includes(kindOf(format))) return refusal("document.kind_not_allowed");
  if (size > MAX_BYTES && !canShrink(format)) return tooLarge();
  return null;
}

export function isNetworkFailure(error: unknown): boolean {
  return isApiError(error) && error.kind === "network";
}

/** Whether the same request may succeed a moment later: a busy or restarting server, or our own earlier try still running. */
export function isPassing(error: unknown): boolean {
  if (!isApiError(error)) return false;
  return error.status >= 500 || [408, 425, 429].includes(error.status) || error.code === "idempotency.in_flight";
}

/** Whether the server had no place for the request just now: nothing is wrong with it, and it may come again. */
export function isBusy(error: unknown): boolean {
  return isApiError(error) && (error.status === 503 || (error.status === 429 && error.retryAfter !== null));
}

const FINAL_REFUSALS = [
  "document.active_pdf",
  "document.animated",
  "document.empty",
  "document.encrypted_pdf",
  "document.inflates",
  "document.kind_not_allowed",
  "document.pixel_bomb",
  "document.too_large",
  "document.too_many_pages",
  "document.truncated",
  "document.unreadable",
  "document.unsupported_type",
  "upload.false_name",
];

/** Whether another try of an ended item makes sense: not for a file that was refused for what it is. */
export function canRetry(item: Pick<UploadItem, "state" | "error">): boolean {
  if (item.state === "cancelled") return true;
  return item.state === "failed" && !FINAL_REFUSALS.includes(item.error?.code ?? "");
}

const STEPS: Partial<Record<UploadState, number>> = { done: 1, duplicate: 1, processing: 0.95 };

/** Progress of one item as people see it, 0 to 1: the bytes are most of the way, the server's work the rest. */
export function shownProgress(item: Pick<UploadItem, "state" | "progress">): number {
  return STEPS[item.state] ?? (item.state === "uploading" ? item.progress * 0.9 : 0);
}
