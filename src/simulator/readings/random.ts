/**
 * Chance that repeats. Two kinds: a hash, for what must be the same whatever was asked before (a reading of last
 * Tuesday), and a stream, for what is made in order (session ids).
 */

/** Mixes whole numbers into 32 bits (the finaliser of MurmurHash3 after each part). */
export function hash(...parts: readonly number[]): number {
  let mixed = 0x2545f491;
  for (const part of parts) {
    mixed = Math.imul(mixed ^ part, 0x9e3779b1);
    mixed ^= mixed >>> 16;
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}

/** 32 bits of a text (FNV-1a over its UTF-16 units). */
export function hashText(text: string): number {
  let mixed = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  }
  return mixed >>> 0;
}

/** A number in [0, 1) that belongs to these parts. */
export function unit(...parts: readonly number[]): number {
  return hash(...parts) / 2 ** 32;
}

/** A number in [low, high) that belongs to these parts. */
export function between(low: number, high: number, ...parts: readonly number[]): number {
  return low + (high - low) * unit(...parts);
}

/**
 * A smooth curve through one random number in [-1, 1) per whole `x`: continuous with a continuous slope, so that
 * what is drawn with it has no steps.
 */
export function smoothNoise(x: number, ...parts: readonly number[]): number {
  const knot = Math.floor(x);
  const before = between(-1, 1, ...parts, knot);
  const after = between(-1, 1, ...parts, knot + 1);
  const share = x - knot;
  return before + (after - before) * share * share * (3 - 2 * share);
}

/** Numbers and ids one after the other; the same seed gives the same ones in the same order. */
export class RandomStream {
  readonly #seed: number;
  #drawn = 0;

  constructor(...seed: readonly number[]) {
    this.#seed = hash(...seed);
  }

  /** `length` hexadecimal digits in lower case. */
  hex(length: number): string {
    let digits = "";
    while (digits.length < length) digits += hash(this.#seed, this.#drawn++).toString(16).padStart(8, "0");
    return digits.slice(0, length);
  }

  /** A version 4 UUID in lower case. */
  uuid(): string {
    const digits = this.hex(32);
    const variant = "89ab".charAt(Number.parseInt(digits.charAt(16), 16) % 4);
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      variant + digits.slice(17, 20),
      digits.slice(20),
    ].join("-");
  }
}
