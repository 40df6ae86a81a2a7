import assert from "node:assert/strict";
import { AccountError } from "../../src/errors.ts";

/** What a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<AccountError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof AccountError, String(error));
    return error;
  }
  throw new Error("let in after all");
}
