import { assertArgument } from "../validate.ts";

const SECRET_BYTES = 32;
/** 32 bytes as base64, with or without padding. */
const BASE64 = /^[A-Za-z0-9+/]{43}=?$/;

/**
 * Reads the `secret` option: the current one first.
 *
 * @throws {ArgumentError} That never repeats a value.
 */
export function parseSecrets(secret: unknown): Uint8Array<ArrayBuffer>[] {
  if (secret === undefined) return [];
  const list: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  assertArgument(list.length > 0, MESSAGE);
  return list.map((each) => {
    const bytes = typeof each === "string" ? fromBase64(each) : each;
    assertArgument(bytes instanceof Uint8Array && bytes.length === SECRET_BYTES, MESSAGE);
    // A copy: the caller may wipe or reuse its own.
    return new Uint8Array(bytes);
  });
}

const MESSAGE = "secret must be 32 bytes, as base64 or Uint8Array, or a list of such secrets";

function fromBase64(text: string): Uint8Array | undefined {
  return BASE64.test(text) ? Uint8Array.from(atob(text), (char) => char.charCodeAt(0)) : undefined;
}
