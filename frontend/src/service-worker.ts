/**
 * Serves the phone's pages without a network: all of their code is fetched once and answered from there; a new release
 * waits until the person takes it. The API is none of its business: answers with personal data are never cached here.
 *
 * Written by hand because this is all of it: a generator would bring a library and rules of its own to keep up with.
 */

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Scope {
  addEventListener(type: "install" | "activate", listener: (event: Waiting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
  skipWaiting(): Promise<void>;
  readonly location: Location;
}

const scope = globalThis as unknown as Scope;

/** Written in by the build (scripts/service-worker.ts). */
declare const __FILES__: readonly string[];
declare const __RELEASE__: string;

const SHELL = "/index.html";
const PREFIX = "kehui.";
const CACHE = PREFIX + __RELEASE__;

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.add(new Request(SHELL, { cache: "no-cache" }));
  await cache.addAll(__FILES__);
}

async function dropOldReleases(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

async function page(request: Request): Promise<Response> {
  return (await caches.match(SHELL)) ?? fetch(request);
}

/** Names under /assets/ carry a hash of their content: what is there once never changes. */
async function asset(request: Request): Promise<Response> {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

scope.addEventListener("install", (event) => {
  event.waitUntil(install());
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(dropOldReleases());
});

scope.addEventListener("message", ({ data }) => {
  if (data === "take-over") void scope.skipWaiting();
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== scope.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
});
