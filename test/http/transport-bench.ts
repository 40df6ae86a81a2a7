import type { Operation } from "../../src/http/operation.ts";
import type { DexcomEvent } from "../../src/events.ts";
import { elapsedMs } from "../../src/clock.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";
import { Transport, type TransportOptions } from "../../src/http/transport.ts";
import type { OperationRow, Repetition } from "../../src/wire/operations.ts";
import { buildRequest } from "../../src/wire/request.ts";
import { scriptedFetch, type ScriptedFetch, type Step } from "../support/scripted-fetch.ts";

export const RETRY: TransportOptions["retry"] = {
  retries: 3,
  baseDelayMs: 200,
  maxDelayMs: 4000,
  jitter: false,
  retryOnStatuses: [429, 500, 502, 503, 504],
};

/** An operation of one argument, in the body. */
const operationOf = (path: OperationRow["path"], repetition: Repetition): Operation<unknown> => ({
  request: buildRequest({ path, body: ["sessionId"], repetition }, { sessionId: "secret" }),
  parse: (value) => value,
});

export const READ: Operation<unknown> = operationOf("Publisher/Read", "read");
export const LOGIN: Operation<unknown> = operationOf("General/Login", "login");

interface Bench {
  readonly clock: VirtualClock;
  readonly script: ScriptedFetch;
  readonly events: readonly DexcomEvent[];
  /** When each request was sent, in milliseconds from the start. */
  readonly times: readonly number[];
  /** Sends an operation and moves the clock until that is decided. */
  send(operation?: Operation<unknown>, limit?: { ms?: number; signal?: AbortSignal }): Promise<unknown>;
  /** Sends it without moving the clock. */
  begin(operation?: Operation<unknown>, limit?: { ms?: number; signal?: AbortSignal }): Promise<unknown>;
}

export function bench(steps: readonly Step[], options: Partial<TransportOptions> = {}): Bench {
  const clock = new VirtualClock();
  const start = clock.now();
  const times: number[] = [];
  const events: DexcomEvent[] = [];
  const script = scriptedFetch(
    ...steps.map((step) => (request: Parameters<Extract<Step, (...a: never[]) => unknown>>[0]) => {
      times.push(clock.now() - start);
      if (step instanceof Error) throw step;
      return typeof step === "function" ? step(request) : step;
    }),
  );
  const transport = new Transport({
    servicesUrl: "https://service.example/ShareWebServices/Services/",
    fetch: script.fetch,
    clock,
    timeoutMs: 10_000,
    retry: RETRY,
    emit: (event) => events.push(event),
    isSecret: () => false,
    ...options,
  });
  const begin: Bench["begin"] = (operation = READ, { ms = 30_000, signal } = {}) =>
    transport.send(operation, { endsAtElapsedMs: elapsedMs(clock) + ms, signal });
  return { clock, script, events, times, begin, send: (...args) => clock.runUntil(begin(...args)) };
}
