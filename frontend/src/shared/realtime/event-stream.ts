import { createParser, type EventSourceMessage } from "eventsource-parser";

import { readRetryAfter } from "@/api/problem";

export type ConnectionState = "idle" | "connecting" | "open" | "waiting" | "paused" | "ended";

export interface StreamMessage {
  id: string | null;
  type: string;
  data: unknown;
}

export interface EventStreamOptions {
  url: string;
  /** The id after which the first connection begins; null when it is not known, and what was fetched may lack something. */
  startAfter: string | null;
  /**
   * The bearer token for the next attempt; `refused` says that the server turned the last one down, so a fresh one
   * is wanted. Null means that nobody is signed in any more and ends the stream.
   */
  accessToken: (refused: boolean) => Promise<string | null>;
  onMessage: (message: StreamMessage) => void;
  /** Called when changes may have passed unseen: whatever was fetched before must be fetched again. */
  onGap: () => void;
  /** Called when what the person may do has changed: the account must be fetched anew, and all that is shown. */
  onRightsChanged: () => void;
  /** Called once when the server ends the session or nobody is signed in. */
  onEnded: () => void;
  onState: (state: ConnectionState) => void;
  /** Milliseconds without a byte (the server sends a heartbeat every 15 s) after which the line counts as dead. */
  silence?: number;
  /** Milliseconds a hidden page keeps its connection: browsers allow six per host over HTTP/1.1. */
  hiddenGrace?: number;
  fetch?: typeof fetch;
  random?: () => number;
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
const REMEMBERED_IDS = 2_000;

/** Milliseconds before attempt number `failures` + 1, spread so that a restarted server is not stormed. */
export function backoffDelay(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.max(0, failures - 1));
  return ceiling / 2 + (ceiling / 2) * random();
}

function parseData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function resumePointIn(data: unknown): string | null {
  if (typeof data !== "object" || data === null || !("last_event_id" in data)) return null;
  return data.last_event_id === null ? null : String(data.last_event_id);
}

/**
 * Server-sent events over fetch, because EventSource can send neither a bearer token nor a chosen resume point.
 *
 * Resumes after the last id received; an id that arrives twice is delivered once.
 */
export function createEventStream(options: EventStreamOptions) {
  const silence = options.silence ?? 45_000;
  const hiddenGrace = options.hiddenGrace ?? 60_000;
  const request = options.fetch ?? fetch;

  let current: AbortController | null = null;
  let state: ConnectionState = "idle";
  let lastEventId: string | null = null;
  let failures = 0;
  let refused = false;
  let pause = 0;
  let reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  const delivered = new Set<string>();

  function enter(next: ConnectionState) {
    if (state === next) return;
    state = next;
    options.onState(next);
  }

  function drop() {
    clearTimeout(reconnectTimer);
    clearTimeout(silenceTimer);
    current?.abort();
    current = null;
  }

  function end() {
    stop("ended");
    options.onEnded();
  }

  function firstDelivery(id: string): boolean {
    if (delivered.has(id)) return false;
    delivered.add(id);
    if (delivered.size > REMEMBERED_IDS) delivered.delete(delivered.values().next().value as string);
    return true;
  }

  function receive(message: EventSourceMessage) {
    const type = message.event ?? "message";
    const data = parseData(message.data);
    if (type === "session.ended") {
      end();
      return;
    }
    failures = 0;
    enter("open");
    if (type === "session.rights_changed") {
      lastEventId = message.id ?? lastEventId;
      options.onRightsChanged();
    } else if (type === "ready") {
      // A later `ready` must not move the resume point: the replay that follows it may be cut off.
      if (lastEventId === null) {
        lastEventId = message.id ?? resumePointIn(data);
        options.onGap();
      }
    } else if (type === "reset") {
      lastEventId = message.id ?? resumePointIn(data);
      options.onGap();
    } else if (message.id === undefined) {
      options.onMessage({ id: null, type, data });
    } else {
      lastEventId = message.id;
      if (firstDelivery(message.id)) options.onMessage({ id: message.id, type, data });
    }
  }

  function watchForSilence(attempt: AbortController) {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => {
      attempt.abort();
    }, silence);
  }

  async function read(body: ReadableStream<Uint8Array>, attempt: AbortController) {
    const parser = createParser({
      onEvent: (message) => {
        if (current === attempt) receive(message);
      },
    });
    const decoder = new TextDecoder();
    const reader = body.getReader();
    // A stream that hangs does not always honour the request's abort signal once its head has arrived.
    const cancel = () => void reader.cancel().catch(() => undefined);
    attempt.signal.addEventListener("abort", cancel, { once: true });
    while (current === attempt) {
      const chunk = await reader.read();
      if (chunk.done) return;
      watchForSilence(attempt);
      parser.feed(decoder.decode(chunk.value, { stream: true }));
    }
  }

  async function converse(attempt: AbortController) {
    const token = await options.accessToken(refused);
    if (current !== attempt) return;
    if (token === null) {
      end();
      return;
    }
    const headers: Record<string, string> = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
    if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
    const response = await request(options.url, { headers, signal: attempt.signal, cache: "no-store" });
    if (current !== attempt) return;
    refused = response.status === 401;
    pause = (response.ok ? null : readRetryAfter(response.headers.get("Retry-After"))) ?? 0;
    if (!response.ok || response.body === null) throw new Error(`event stream answered ${response.status}`);
    await read(response.body, attempt);
  }

  async function connect() {
    drop();
    const attempt = new AbortController();
    current = attempt;
    const wasRefused = refused;
    pause = 0;
    enter("connecting");
    watchForSilence(attempt);
    try {
      await converse(attempt);
    } catch {
      // Every failure, a refused token or a broken line, has the same cure: the next attempt.
    }
    if (current !== attempt) return;
    drop();
    failures += 1;
    enter("waiting");
    const delay = refused && !wasRefused ? 0 : pause + backoffDelay(failures, options.random);
    reconnectTimer = setTimeout(() => void connect(), delay);
  }

  function onOnline() {
    failures = 0;
    void connect();
  }

  function onOffline() {
    drop();
    failures = 1;
    enter("waiting");
    // The browser may be wrong about being offline (a local server still answers), so the clock keeps trying.
    reconnectTimer = setTimeout(() => void connect(), LONGEST_DELAY);
  }

  function onVisibility() {
    clearTimeout(hiddenTimer);
    if (document.visibilityState === "visible") {
      if (state === "waiting" || state === "paused") onOnline();
    } else {
      hiddenTimer = setTimeout(() => {
        drop();
        enter("paused");
      }, hiddenGrace);
    }
  }

  function start() {
    if (state !== "idle" && state !== "ended") return;
    lastEventId = options.startAfter;
    failures = 0;
    refused = false;
    delivered.clear();
    window.addEventListener("online", onOnline);
    window.addEventListener("offline", onOffline);
    document.addEventListener("visibilitychange", onVisibility);
    void connect();
  }

  function stop(final: "idle" | "ended" = "idle") {
    drop();
    clearTimeout(hiddenTimer);
    window.removeEventListener("online", onOnline);
    window.removeEventListener("offline", onOffline);
    document.removeEventListener("visibilitychange", onVisibility);
    enter(final);
  }

  return { start, stop: () => stop() };
}
