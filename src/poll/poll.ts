import type { Clock } from "../clock.ts";
import type { Connection } from "../connection.ts";
import type { Dexcom } from "../dexcom.ts";
import type { DexcomError } from "../errors.ts";
import { GlucoseReading } from "../glucose-reading.ts";
import { connectionOfDexcom } from "../sharing/connections.ts";
import { assertArgument, checkSignal } from "../validate.ts";
import { followRequest } from "../watch/follow-request.ts";
import { noteFailure, noteStep, passedTime, startMemory, timeLeft, type PollMemory } from "./poll-memory.ts";
import { readState, writeState, type PollState } from "./poll-state.ts";

/** Options of `poll()`. */
export interface PollOptions {
  /** Ends the step at once. It rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Result of a step. */
export interface PollResult {
  /** New readings, oldest first, marked `late` and `isAhead` as `watch()` marks them. Often the list is empty. */
  readonly readings: GlucoseReading[];
  /** Pass it to the next step. Store it once the readings are handled. */
  readonly state: PollState;
  /** Milliseconds until the next step is due. */
  readonly nextPollInMs: number;
  /** When the next step is due, by the clock of this machine. */
  readonly nextPollAt: Date;
  /** A temporary failure; absent if the step succeeded, or came too early to send anything. */
  readonly error?: DexcomError;
}

/**
 * Follows an account step by step: `watch()` for programs that can't stay in memory.
 *
 * A step sends one request, and returns each new reading once. If its state is not stored, the next step returns the
 * same readings again. The first step returns the latest reading. A step that comes before `nextPollAt` sends nothing.
 * A temporary failure is returned as `error`, and a later step returns the readings that were missed.
 *
 * @param state The `state` that the last step returned, or `JSON.parse` of its JSON; `undefined` or `null` for the
 * first step.
 * @throws {ArgumentError} If `state` is damaged, of another account or of a later version, or if Web Crypto is missing.
 * @throws {AccountError} If the credentials are refused, and have never worked or have been refused for a day.
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { poll, type PollState } from "dexcom-share-ts/poll";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret" });
 * let state: PollState | undefined;
 * for (;;) {
 *   const step = await poll(dexcom, state);
 *   for (const reading of step.readings) console.log(`${reading.localTime()}  ${reading.mgDl} ${reading.trendArrow}`);
 *   state = step.state;
 *   await new Promise((resolve) => setTimeout(resolve, step.nextPollInMs));
 * }
 * ```
 */
export async function poll(dexcom: Dexcom, state?: PollState | null, options: PollOptions = {}): Promise<PollResult> {
  const connection = connectionOfDexcom(dexcom);
  const signal = checkSignal(options);
  signal?.throwIfAborted();
  // Before the request: its response could not be written down.
  assertArgument(crypto.subtle, "poll() needs Web Crypto");
  const { clock } = connection;
  const isFirst = state === undefined || state === null;
  const memory = isFirst ? startMemory() : await readState(connection, state);
  const leftMs = timeLeft(memory, clock.now());
  if (!isFirst && leftMs > 0) return { readings: [], state, ...nextPoll(clock, leftMs) };
  const { next, ...found } = await request(connection, memory, signal);
  const nextState = await writeState(connection, next, state);
  return { ...found, state: nextState, ...nextPoll(clock, next.waitMs) };
}

async function request(
  connection: Connection,
  memory: PollMemory,
  signal: AbortSignal | undefined,
): Promise<Pick<PollResult, "readings" | "error"> & { readonly next: PollMemory }> {
  const { clock, session, emit } = connection;
  try {
    const passed = passedTime(memory, clock);
    const step = await followRequest(connection, memory.follow, { passed, signal });
    if (step.lost) {
      const { after, before } = step.lost;
      emit({ type: "readings-lost", after: new Date(after), before: new Date(before) });
    }
    const readings = step.readings.map((reading) => GlucoseReading.from(reading));
    return { readings, next: noteStep(step, clock.now()) };
  } catch (error) {
    if (signal?.aborted) throw error;
    const { hasWorkedWithinDay } = session;
    const next = noteFailure(memory, error, { wallNow: clock.now(), hasWorkedWithinDay });
    return { readings: [], error: error as DexcomError, next };
  }
}

function nextPoll(clock: Clock, waitMs: number): Pick<PollResult, "nextPollInMs" | "nextPollAt"> {
  return { nextPollInMs: waitMs, nextPollAt: new Date(clock.now() + waitMs) };
}
