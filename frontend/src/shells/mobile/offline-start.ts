import { ref } from "vue";

import { whenIdle } from "@/shared/utils/idle";

/** Long enough for the first page to have all of a slow line to itself. */
const AFTER_MS = 6_000;
const LOOK_AGAIN_MS = 3_600_000;

/** A newer release that waits to be taken. */
export const newRelease = ref<ServiceWorker | null>(null);

function link(rel: string, href: string): void {
  const element = document.createElement("link");
  element.rel = rel;
  element.href = href;
  document.head.append(element);
}

async function register(): Promise<void> {
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/m" });
  const tell = () => {
    // The very first worker is no news.
    if (registration.waiting && navigator.serviceWorker.controller) newRelease.value = registration.waiting;
  };
  tell();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", tell);
  });
  setInterval(() => void registration.update().catch(() => undefined), LOOK_AGAIN_MS);
}

/** Takes the newer release: the page starts again with it. */
export function takeNewRelease(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => window.location.reload(), { once: true });
  newRelease.value?.postMessage("take-over");
}

/**
 * Makes the phone's interface installable and lets it start without a network. Only here, so that desktops neither
 * offer to install the phone's pages nor are served from its cache.
 */
export function prepareForOffline(): void {
  link("manifest", "/manifest.webmanifest");
  link("apple-touch-icon", "/icons/apple-180.png");
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  setTimeout(() => whenIdle(() => void register().catch(() => undefined)), AFTER_MS);
}
