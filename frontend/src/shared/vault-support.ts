/** Whether this page may encrypt and keep anything: plain addresses on a local network may not. */
export function vaultsArePossible(): boolean {
  return typeof indexedDB !== "undefined" && typeof (globalThis.crypto as Partial<Crypto> | undefined)?.subtle !== "undefined";
}
