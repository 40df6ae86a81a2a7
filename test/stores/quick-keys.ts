import { mock } from "node:test";

/**
 * Derives keys in one round instead of 100,000, for tests that do not depend on the cost of a key. Those that do are in
 * sealed-entry.test.ts.
 */
export function deriveKeysQuickly(): void {
  const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
  mock.method(crypto.subtle, "deriveBits", (algorithm: object, ...rest: [never, number]) =>
    derive({ ...algorithm, iterations: 1 } as never, ...rest),
  );
}
