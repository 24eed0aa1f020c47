import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { backoffDelay, createEventStream, type ConnectionState } from "./event-stream";

interface Call {
  headers: Record<string, string>;
  send: (chunk: string | Uint8Array) => void;
  close: () => void;
}

/** A server of event streams: each request is a call that the test answers by hand. */
function fakeServer() {
  const calls: Call[] = [];
  const statuses: number[] = [];
  const request = vi.fn((_url: unknown, init?: RequestInit) => {
    const status = statuses.shift() ?? 200;
    const encoder = new TextEncoder();
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (c) => void (controller = c) });
    calls.push({
      headers: init?.headers as Record<string, string>,
      send: (chunk) => {
        controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      },
      close: () => {
        controller.close();
      },
    });
    const headers = { "Retry-After": status === 429 ? "20" : "" };
    return Promise.resolve(new Response(status === 200 ? body : null, { status, headers }));
  });
  return { calls, statuses, request: request as unknown as typeof fetch };
}

function lastOf<T>(list: T[]): T {
  const last = list.at(-1);
  if (last === undefined) throw new Error("nothing was called");
  return last;
}

function message(id: number, type = "document.uploaded") {
  return `id: ${id}\nevent: ${type}\ndata: {"type":"${type}","document_id":"d${id}"}\n\n`;
}

const READY = 'event: ready\ndata: {"last_event_id": 10}\n\n';

function setUp(startAfter: string | null = null) {
  const server = fakeServer();
  const received: string[] = [];
  const data: unknown[] = [];
  const states: ConnectionState[] = [];
  const onGap = vi.fn();
  const onEnded = vi.fn();
  const onRightsChanged = vi.fn();
  const accessToken = vi.fn((refused: boolean) => Promise.resolve<string | null>(refused ? "fresh" : "first"));
  const stream = createEventStream({
    url: "/api/v1/events",
    startAfter,
    accessToken,
    onMessage: (event) => {
      received.push(event.id ?? "-");
      data.push(event.data);
    },
    onGap,
    onEnded,
    onRightsChanged,
    onState: (state) => states.push(state),
    fetch: server.request,
    random: () => 0,
  });
  return { server, received, data, states, onGap, onEnded, onRightsChanged, accessToken, stream };
}

const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

let running: ReturnType<typeof setUp>;

async function start() {
  running.stream.start();
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  running = setUp();
});

afterEach(() => {
  running.stream.stop();
  vi.useRealTimers();
});

describe("event stream", () => {
  it("sends the token and starts from now", async () => {
    await start();
    expect(lastOf(running.server.calls).headers).toEqual({
      Accept: "text/event-stream",
      Authorization: "Bearer first",
    });
    lastOf(running.server.calls).send(READY + message(11));
    await settle();
    expect(running.states).toEqual(["connecting", "open"]);
    expect(running.received).toEqual(["11"]);
  });

  it("begins where the sign-in stood, and then needs no refetch", async () => {
    running = setUp("7-1");
    await start();
    expect(lastOf(running.server.calls).headers["Last-Event-ID"]).toBe("7-1");
    lastOf(running.server.calls).send('event: ready\ndata: {"last_event_id": "7-1"}\n\n' + "id: 7-2\nevent: customer.updated\ndata: {}\n\n");
    await settle();
    expect(running.onGap).not.toHaveBeenCalled();
    expect(running.received).toEqual(["7-2"]);
  });

  it("asks for a refetch when it opens without knowing where to begin, since pages may have loaded before it", async () => {
    await start();
    lastOf(running.server.calls).send(READY);
    await settle();
    expect(running.onGap).toHaveBeenCalledTimes(1);
  });

  it("resumes after the last id and neither misses nor doubles over 50 forced reconnects", async () => {
    await start();
    lastOf(running.server.calls).send(READY);
    for (let id = 11; id < 61; id += 1) {
      // The server replays the last one, as a server that counts inclusively would.
      lastOf(running.server.calls).send((id > 11 ? message(id - 1) : "") + message(id));
      await settle();
      lastOf(running.server.calls).close();
      await settle(60_000);
      expect(lastOf(running.server.calls).headers["Last-Event-ID"]).toBe(String(id));
    }
    expect(running.received).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 11)));
    expect(running.onGap).toHaveBeenCalledTimes(1);
  });

  it("resumes at the announced point when no event came before the cut", async () => {
    await start();
    lastOf(running.server.calls).send(READY);
    await settle();
    lastOf(running.server.calls).close();
    await settle(1_000);
    expect(lastOf(running.server.calls).headers["Last-Event-ID"]).toBe("10");
    lastOf(running.server.calls).send('event: ready\ndata: {"last_event_id": 14}\n\n');
    await settle();
    lastOf(running.server.calls).close();
    await settle(1_000);
    expect(lastOf(running.server.calls).headers["Last-Event-ID"]).toBe("10");
  });

  it("reads events that arrive in pieces, even inside a character", async () => {
    await start();
    const bytes = new TextEncoder().encode('id: 11\nevent: x\ndata: {"name":"客汇"}\n\n');
    const cut = bytes.indexOf(0xe5) + 1;
    lastOf(running.server.calls).send(bytes.slice(0, cut));
    await settle();
    expect(running.received).toEqual([]);
    lastOf(running.server.calls).send(bytes.slice(cut));
    await settle();
    expect(running.data).toEqual([{ name: "客汇" }]);
  });

  it("backs off longer with each failure, and from the start again after a success", async () => {
    running.server.statuses.push(503, 503, 503);
    await start();
    expect(running.server.calls).toHaveLength(1);
    await settle(249);
    expect(running.server.calls).toHaveLength(1);
    await settle(1);
    expect(running.server.calls).toHaveLength(2);
    await settle(499);
    expect(running.server.calls).toHaveLength(2);
    await settle(1);
    expect(running.server.calls).toHaveLength(3);
    await settle(1_000);
    expect(running.server.calls).toHaveLength(4);
    lastOf(running.server.calls).send(READY);
    await settle();
    lastOf(running.server.calls).close();
    await settle(250);
    expect(running.server.calls).toHaveLength(5);
  });

  it("takes a fresh token at once when the token was refused, and then backs off", async () => {
    running.server.statuses.push(401, 401);
    await start();
    expect(running.server.calls.map((call) => call.headers["Authorization"])).toEqual(["Bearer first", "Bearer fresh"]);
    await settle(499);
    expect(running.server.calls).toHaveLength(2);
    await settle(1);
    expect(running.server.calls).toHaveLength(3);
  });

  it("ends when nobody is signed in", async () => {
    running.accessToken.mockResolvedValueOnce(null);
    await start();
    expect(running.onEnded).toHaveBeenCalledTimes(1);
    await settle(120_000);
    expect(running.server.calls).toHaveLength(0);
  });

  it("ends with the session and does not come back", async () => {
    await start();
    lastOf(running.server.calls).send(READY + "event: session.ended\ndata: {}\n\n");
    await settle(120_000);
    expect(running.onEnded).toHaveBeenCalledTimes(1);
    expect(lastOf(running.states)).toBe("ended");
    expect(running.server.calls).toHaveLength(1);
  });

  it("comes back no sooner than a busy server asks", async () => {
    running.server.statuses.push(429);
    await start();
    await settle(20_000);
    expect(running.server.calls).toHaveLength(1);
    await settle(1_000);
    expect(running.server.calls).toHaveLength(2);
  });

  it("tells when the rights have changed, and comes back after that point", async () => {
    await start();
    lastOf(running.server.calls).send(READY + "id: 11\nevent: session.rights_changed\ndata: {}\n\n");
    await settle();
    expect(running.onRightsChanged).toHaveBeenCalledTimes(1);
    expect(running.received).toEqual([]);
    lastOf(running.server.calls).close();
    await settle(1_000);
    expect(running.server.calls).toHaveLength(2);
    expect(lastOf(running.server.calls).headers["Last-Event-ID"]).toBe("11");
  });

  it("asks for a refetch on reset and resumes from the new point", async () => {
    await start();
    lastOf(running.server.calls).send(READY + 'event: reset\ndata: {"last_event_id": 90}\n\n');
    await settle();
    expect(running.onGap).toHaveBeenCalledTimes(2);
    lastOf(running.server.calls).close();
    await settle(1_000);
    expect(lastOf(running.server.calls).headers["Last-Event-ID"]).toBe("90");
  });

  it("reconnects after 45 silent seconds; a heartbeat is not silence", async () => {
    await start();
    lastOf(running.server.calls).send(READY);
    await settle(44_000);
    lastOf(running.server.calls).send(": heartbeat\n\n");
    await settle(44_000);
    expect(running.server.calls).toHaveLength(1);
    await settle(2_000);
    expect(running.server.calls).toHaveLength(2);
  });

  it("reconnects at once when the network is back", async () => {
    running.server.statuses.push(503, 503, 503, 503, 503);
    await start();
    await settle(4_000);
    const before = running.server.calls.length;
    window.dispatchEvent(new Event("offline"));
    await settle(10_000);
    expect(running.server.calls).toHaveLength(before);
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(running.server.calls).toHaveLength(before + 1);
  });

  it("lets go of the line in a page hidden for long and takes it up where it left off", async () => {
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    await start();
    lastOf(running.server.calls).send(READY + message(11));
    document.dispatchEvent(new Event("visibilitychange"));
    await settle(60_000);
    expect(lastOf(running.states)).toBe("paused");
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(lastOf(running.server.calls).headers["Last-Event-ID"]).toBe("11");
  });
});

describe("backoffDelay", () => {
  it("doubles up to half a minute and spreads by half", () => {
    expect([1, 2, 3, 20].map((failures) => backoffDelay(failures, () => 1))).toEqual([500, 1_000, 2_000, 30_000]);
    expect(backoffDelay(20, () => 0)).toBe(15_000);
  });
});
