import type { Clock } from "../clock.ts";
import { ArgumentError } from "../errors.ts";

/** Returns a digest of a text as lower-case hexadecimal digits. */
export async function hexDigest(algorithm: "SHA-1" | "SHA-256" | "SHA-512", text: string): Promise<string> {
  // Pages without TLS have no `subtle`.
  const subtle = (globalThis.crypto as typeof crypto | undefined)?.subtle;
  if (!subtle)
    throw new ArgumentError(
      "secret needs Web Crypto, which browsers have on pages of https or localhost only. Use a token",
    );
  const digest = await subtle.digest(algorithm, new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Computes while a virtual clock stands still. */
export function held<T>(clock: Clock, work: Promise<T>): Promise<T> {
  return clock.hold?.(work) ?? work;
}
