import assert from "node:assert/strict";
import { after, before } from "node:test";

/** Fails the test file if a promise is rejected and nobody handles it. */
export function failOnUnhandledRejections(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  before(() => void process.on("unhandledRejection", note));
  after(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });
}
