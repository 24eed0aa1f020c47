import { vaultsArePossible } from "./vault-support";

/**
 * What a phone keeps for the time without a network: encrypted, bound to one sign-in, gone with it.
 *
 * Every value is sealed with AES-GCM under a key that scripts can use but not read. The key lies in IndexedDB beside the
 * values, because it has to outlive the closed browser; what protects them is its end: signing out, a session that the
 * server has ended and another person's sign-in delete it with everything it opens. Somebody who finds the files of the
 * browser's profile later, or signs in next on a shared phone, finds nothing that can be opened.
 */

/** What is kept where: files on their way with what is known about them, answers of the server, who is signed in. */
export type Shelf = "uploads" | "files" | "answers" | "person";

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

interface Lock {
  userId: string;
  key: CryptoKey;
}

export interface Vault {
  put(shelf: Shelf, id: string, value: unknown): Promise<void>;
  putFile(id: string, file: Blob): Promise<void>;
  get<Value>(shelf: Shelf, id: string): Promise<Value | null>;
  getFile(id: string): Promise<ArrayBuffer | null>;
  ids(shelf: Shelf): Promise<string[]>;
  drop(shelf: Shelf, id: string): Promise<void>;
}

const NAME = "kehui.vault";
const SHELVES: readonly Shelf[] = ["uploads", "files", "answers", "person"];
const LOCK = "lock";

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new DOMException("IndexedDB failed", "UnknownError"));
    };
  });
}

let connection: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  connection ??= (async () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const shelf of [...SHELVES, LOCK]) request.result.createObjectStore(shelf);
    };
    const opened = await settled(request);
    opened.onclose = () => {
      connection = null;
    };
    return opened;
  })();
  connection.catch(() => {
    connection = null;
  });
  return connection;
}

async function store(name: string, mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return (await database()).transaction(name, mode).objectStore(name);
}

/** Resolves when it is on the disk: a full disk is told only at the transaction's end. */
async function write(name: string, work: (store: IDBObjectStore) => void): Promise<void> {
  const opened = await store(name, "readwrite");
  await new Promise<void>((resolve, reject) => {
    const { transaction } = opened;
    transaction.oncomplete = () => {
      resolve();
    };
    transaction.onabort = () => {
      reject(transaction.error ?? new DOMException("IndexedDB failed", "UnknownError"));
    };
    work(opened);
  });
}

async function lock(): Promise<Lock | null> {
  return ((await settled((await store(LOCK, "readonly")).get(LOCK))) as Lock | undefined) ?? null;
}

function vaultOf({ key }: Lock): Vault {
  /** Sealed together with its place, so that no value can be passed off as another. */
  const algorithm = (iv: Uint8Array<ArrayBuffer>, shelf: Shelf, id: string): AesGcmParams => ({
    name: "AES-GCM",
    iv,
    additionalData: new TextEncoder().encode(`${shelf}/${id}`),
  });

  async function seal(shelf: Shelf, id: string, bytes: BufferSource): Promise<void> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed: Sealed = { iv, bytes: await crypto.subtle.encrypt(algorithm(iv, shelf, id), key, bytes) };
    await write(shelf, (opened) => opened.put(sealed, id));
  }

  async function open(shelf: Shelf, id: string): Promise<ArrayBuffer | null> {
    const sealed = (await settled((await store(shelf, "readonly")).get(id))) as Sealed | undefined;
    return sealed ? crypto.subtle.decrypt(algorithm(sealed.iv, shelf, id), key, sealed.bytes).catch(() => null) : null;
  }

  return {
    put: (shelf, id, value) => seal(shelf, id, new TextEncoder().encode(JSON.stringify(value))),
    putFile: async (id, file) => seal("files", id, await file.arrayBuffer()),
    async get<Value>(shelf: Shelf, id: string) {
      const bytes = await open(shelf, id);
      return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Value);
    },
    getFile: (id) => open("files", id),
    ids: async (shelf) => (await settled((await store(shelf, "readonly")).getAllKeys())).map(String),
    drop: (shelf, id) => write(shelf, (opened) => opened.delete(id)),
  };
}

/** The vault of this person's sign-in, a new and empty one after anybody else's; null where there can be none. */
export async function openVault(userId: string): Promise<Vault | null> {
  if (!vaultsArePossible()) return null;
  const found = await lock();
  if (found?.userId === userId) return vaultOf(found);
  await destroyVault();
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const made: Lock = { userId, key };
  await write(LOCK, (opened) => opened.put(made, LOCK));
  return vaultOf(made);
}

/** The vault that an earlier visit has left, whoever's it is; null without one. */
export async function findVault(): Promise<Vault | null> {
  const found = vaultsArePossible() ? await lock() : null;
  return found && vaultOf(found);
}

/** Ends the key first: should the rest fail, nobody can open it. */
export async function destroyVault(): Promise<void> {
  if (!vaultsArePossible()) return;
  for (const name of [LOCK, ...SHELVES]) await write(name, (opened) => opened.clear());
}

/** How long after the last word with the server a person's name alone opens what is kept. */
const TRUSTED_MS = 12 * 3_600_000;

interface Remembered<Person> {
  person: Person;
  at: number;
}

export async function rememberPerson(person: { id: string }): Promise<void> {
  const vault = await openVault(person.id);
  await vault?.put("person", LOCK, { person, at: Date.now() } satisfies Remembered<unknown>);
}

/** Who was signed in when the network went, for a start without one; the server has the last word when it is back. */
export async function rememberedPerson<Person>(): Promise<Person | null> {
  const remembered = await (await findVault())?.get<Remembered<Person>>("person", LOCK);
  return remembered && Date.now() - remembered.at < TRUSTED_MS ? remembered.person : null;
}
