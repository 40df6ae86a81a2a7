import { mock } from "node:test";

/**
 * One round instead of a hundred thousand, which test/sealed-entry.test.ts has: for tests of what is kept, to which it is
 * the same but for the waiting.
 */
export function deriveKeysQuickly(): void {
  const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
  mock.method(crypto.subtle, "deriveBits", (algorithm: object, ...rest: [never, number]) =>
    derive({ ...algorithm, iterations: 1 } as never, ...rest),
  );
}
