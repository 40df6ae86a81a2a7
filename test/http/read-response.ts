import assert from "node:assert/strict";
import type { Operation } from "../../src/http/operation.ts";
import { readBody, readResponse, type ResponseContext } from "../../src/http/response.ts";
import { DexcomError } from "../../src/errors.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";
import { SESSION_ID } from "../support/responses.ts";

const clock = new VirtualClock();
const SENT = { sessionId: SESSION_ID, password: "SomePassword", minutes: 5 };
export const operation: Pick<Operation<unknown>, "read" | "parse"> = { parse: (value) => ({ parsed: value }) };
const isSecret = (candidate: string): boolean => JSON.stringify(SENT).toLowerCase().includes(candidate.toLowerCase());
export const context = (attempts: number): ResponseContext => ({ attempts, clock, isSecret });

export const body = (
  response: Response,
  signal: AbortSignal = new AbortController().signal,
): Promise<string | undefined> => readBody(response, signal, () => undefined);

export async function read(response: Response, attempts = 1): Promise<unknown> {
  return readResponse(response, await body(response), { operation, context: context(attempts) });
}

/** Resolves with the error that a response leads to. */
export async function errorOf(response: Response, attempts?: number): Promise<DexcomError> {
  try {
    await read(response, attempts);
  } catch (error) {
    assert.ok(error instanceof DexcomError, String(error));
    return error;
  }
  throw new Error("taken after all");
}
