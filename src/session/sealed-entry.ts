import type { Clock } from "../clock.ts";

/** The most rounds that Workers allow, and what each guess costs whoever gets hold of a store (design, decision 6). */
const ROUNDS = 100_000;
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** As AES-GCM wants it: drawn anew for each value. */
const IV_BYTES = 12;
const AES = "AES-GCM";

/** Where sealed values are kept; `replace` as in `SessionStore`. */
export interface SealedStore {
  get(key: string): Promise<string | null | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  replace?(key: string, from: string | null, to: string | null, ttlMs: number): Promise<boolean>;
}

interface Opened {
  /** The entry's key in the store. */
  readonly name: string;
  readonly key: Key;
}

/**
 * One sealed value in a store. What it is called there and what it is sealed with are two halves of one derivation from
 * a secret: without the secret there is nothing to look for and nothing to read.
 */
export class SealedEntry {
  /** What was last read or written; `undefined` where nothing was there that could be opened. */
  value: unknown;
  readonly #store: SealedStore;
  readonly #secret: string;
  readonly #salt: string;
  readonly #clock: Clock;
  #opening: Promise<Opened> | undefined;
  #sealed: string | null = null;

  constructor(store: SealedStore, secret: string, salt: string, clock: Clock) {
    this.#store = store;
    this.#secret = secret;
    this.#salt = salt;
    this.#clock = clock;
  }

  /** Derives name and key, once: it takes some 40 ms. */
  open(): Promise<Opened> {
    return (this.#opening ??= this.#hold(derive(this.#secret, this.#salt)));
  }

  /** To be derived anew next time: on Workers what an earlier request began may never settle. */
  close(): void {
    this.#opening = undefined;
  }

  async read(): Promise<unknown> {
    const { name, key } = await this.open();
    const sealed = (await this.#store.get(name)) ?? null;
    if (sealed !== this.#sealed) {
      const value = sealed && (await this.#hold(unseal(key, sealed)));
      this.#sealed = sealed;
      this.value = value;
    }
    return this.value;
  }

  /** Puts `value`, or with `undefined` nothing, in the place of what was last read, if that is still there. */
  async write(value: unknown, ttlMs: number): Promise<void> {
    const { name, key } = await this.open();
    const sealed = value === undefined ? null : await this.#hold(seal(key, value));
    if ((await swap(this.#store, name, this.#sealed, sealed, ttlMs)) === false) return;
    this.#sealed = sealed;
    this.value = value;
  }

  #hold<T>(work: Promise<T>): Promise<T> {
    return this.#clock.hold?.(work) ?? work;
  }
}

/** `replace` where the store has it, else the next best thing. */
function swap(
  store: SealedStore,
  key: string,
  from: string | null,
  to: string | null,
  ttlMs: number,
): Promise<unknown> {
  if (store.replace) return store.replace(key, from, to, ttlMs);
  return to === null ? store.delete(key) : store.set(key, to, ttlMs);
}

const toBytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const toText = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

async function derive(secret: string, salt: string): Promise<Opened> {
  const { subtle } = crypto;
  const material = await subtle.importKey("raw", toBytes(secret), "PBKDF2", false, ["deriveBits"]);
  // SHA-512, because both halves then come out of the same rounds: with a shorter digest each would cost only its own.
  const algorithm = { name: "PBKDF2", hash: "SHA-512", salt: toBytes(salt), iterations: ROUNDS };
  const bits = new Uint8Array(await subtle.deriveBits(algorithm, material, 512));
  return {
    name: toText(bits.subarray(32)),
    key: await subtle.importKey("raw", bits.subarray(0, 32), AES, false, ["encrypt", "decrypt"]),
  };
}

async function seal(key: Key, value: unknown): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: AES, iv }, key, toBytes(JSON.stringify(value)));
  return toText(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
}

/** `undefined` where it was sealed with another key, or is nothing of ours. */
async function unseal(key: Key, sealed: string): Promise<unknown> {
  try {
    const bytes = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0));
    const iv = bytes.subarray(0, IV_BYTES);
    const opened = await crypto.subtle.decrypt({ name: AES, iv }, key, bytes.subarray(IV_BYTES));
    return JSON.parse(new TextDecoder().decode(opened));
  } catch {
    return undefined;
  }
}
