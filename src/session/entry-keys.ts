/** The most rounds that Workers allow. Whoever gets hold of a store pays them for each guess of a password. */
const ROUNDS = 100_000;

const AES = "AES-GCM";
/** Length that AES-GCM works with best. Each value gets its own. */
const IV_BYTES = 12;
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type DeriveAlgorithm = Parameters<typeof crypto.subtle.deriveBits>[0];

/**
 * Name and key of an entry. They are two halves of one derivation: without its input there is nothing to find or read.
 */
export interface EntryKeys {
  /** The entry's key in the store. */
  readonly name: string;
  readonly key: Key;
}

const toBytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const toText = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** Derives from a password, slowly: 40 ms. */
export async function deriveFromPassword(password: string, salt: string): Promise<EntryKeys> {
  // SHA-512, because both halves then come from the same rounds. With a shorter digest each would cost only its own.
  return derive(toBytes(password), { name: "PBKDF2", hash: "SHA-512", salt: toBytes(salt), iterations: ROUNDS });
}

/** Derives from a random secret, in microseconds. `parts` are what the entry is bound to. */
export async function deriveFromSecret(secret: Uint8Array<ArrayBuffer>, parts: readonly string[]): Promise<EntryKeys> {
  // As JSON, so that no two lists give the same text.
  const info = toBytes(`dexcom-share-ts\n${JSON.stringify(parts)}`);
  return derive(secret, { name: "HKDF", hash: "SHA-512", salt: new Uint8Array(0), info });
}

async function derive(material: Uint8Array<ArrayBuffer>, algorithm: DeriveAlgorithm): Promise<EntryKeys> {
  const { subtle } = crypto;
  const base = await subtle.importKey("raw", material, algorithm.name, false, ["deriveBits"]);
  const bits = new Uint8Array(await subtle.deriveBits(algorithm, base, 512));
  return {
    name: toText(bits.subarray(32)),
    key: await subtle.importKey("raw", bits.subarray(0, 32), AES, false, ["encrypt", "decrypt"]),
  };
}

export async function seal(key: Key, value: unknown): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: AES, iv }, key, toBytes(JSON.stringify(value)));
  return toText(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
}

/** Returns `undefined` if the text was sealed with another key, or is not a sealed value. */
export async function unseal(key: Key, sealed: string): Promise<unknown> {
  try {
    const bytes = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0));
    const iv = bytes.subarray(0, IV_BYTES);
    const opened = await crypto.subtle.decrypt({ name: AES, iv }, key, bytes.subarray(IV_BYTES));
    return JSON.parse(new TextDecoder().decode(opened));
  } catch {
    return undefined;
  }
}
