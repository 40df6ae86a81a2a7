import type { Clock } from "../clock.ts";
import type { DexcomError } from "../errors.ts";
import { isUndecided } from "../http/retry.ts";
import { coolDownMs, DAY_MS, isNewRefusal } from "../session/refusal.ts";
import { delayAfter, isFinal } from "../watch/back-off.ts";
import type { PassedTime } from "../watch/follow-request.ts";
import { startFollowing, type FollowState, type FollowStep } from "../watch/follow-state.ts";
import { AGREEMENT_MS } from "../watch/service-time.ts";

/** State between two steps. Instants are the service's; before its first response, those of our wall clock. */
export interface PollMemory {
  readonly follow: FollowState;
  /** Lead of our wall clock over the service's time when the last response arrived. */
  readonly leadMs: number;
  readonly dueAt: number;
  /** Wait that the last step named. */
  readonly waitMs: number;
  /** Failures in a row. */
  readonly failures: number;
  /** Last cool-down of refused credentials or of an undecided login since the last response; else 0. */
  readonly coolDownMs: number;
  /** When the credentials last worked; in a spell of refusals, its beginning. */
  readonly workedAt?: number;
  /** `true` in a spell of refusals. */
  readonly isRefused?: true;
}

export function startMemory(): PollMemory {
  return { follow: startFollowing(), leadMs: 0, dueAt: 0, waitMs: 0, failures: 0, coolDownMs: 0 };
}

/**
 * Returns `false` for numbers that no step has written. Whoever can write a state could otherwise make a loop of steps
 * poll without a wait, or hang.
 */
export function isPossible({ waitMs, coolDownMs, failures, follow: { time, schedule } }: PollMemory): boolean {
  const { delayMs, stepMs, run, batches, ageMs } = schedule;
  // Only a response brings a reading, and each tells the service's time.
  if (!time && ageMs !== undefined) return false;
  // Readings that are dated in the future have a negative delay.
  const numbers = [waitMs, coolDownMs, failures, stepMs - 1, run, batches, Math.max(0, delayMs)];
  return numbers.every((number) => number >= 0 && number <= MAX_WAIT_MS);
}

/** No step waits for longer, not even if the service asks for it. No count grows so far either. */
const MAX_WAIT_MS = 30 * DAY_MS;

/**
 * Measures the time since the last response by the wall clock alone: the clock that received the response, or one of
 * another machine that tells the service's time. Both may be wrong, but neither runs backwards.
 */
export function passedTime(memory: PollMemory, clock: Clock): PassedTime {
  return {
    get witnesses() {
      return witnessesOf(memory, clock.now());
    },
    get ms() {
      return Math.min(...witnessesOf(memory, clock.now()));
    },
    isSteady: false,
  };
}

function witnessesOf({ follow: { time }, leadMs }: PollMemory, wallNow: number): readonly number[] {
  if (!time) return [];
  const sameClockMs = wallNow - leadMs - time.at;
  const otherClockMs = wallNow - time.at;
  const isSame = Math.abs(leadMs) <= AGREEMENT_MS;
  const possible = (isSame ? [sameClockMs] : [sameClockMs, otherClockMs]).filter((ms) => ms >= -AGREEMENT_MS);
  return possible.map((ms) => Math.max(0, ms));
}

/** Returns the present as the state counts it; `undefined` if our clock contradicts the state. */
function presentOf(memory: PollMemory, wallNow: number): number | undefined {
  const { time } = memory.follow;
  if (!time) return wallNow;
  const passedMs = Math.min(...witnessesOf(memory, wallNow));
  return passedMs === Infinity ? undefined : time.at + passedMs;
}

/** Returns the time until the next request is due. A longer time than the last step named comes from a wrong clock. */
export function timeLeft(memory: PollMemory, wallNow: number): number {
  const leftMs = Math.ceil(memory.dueAt - (presentOf(memory, wallNow) ?? Infinity));
  return leftMs > 0 && leftMs <= memory.waitMs ? leftMs : 0;
}

/** Takes in a step that had a response. */
export function noteStep({ state, waitMs: exactMs }: FollowStep, wallNow: number): PollMemory {
  const { at } = state.time!;
  const waitMs = Math.ceil(exactMs);
  const leadMs = wallNow - at;
  return { follow: state, leadMs, dueAt: at + waitMs, waitMs, failures: 0, coolDownMs: 0, workedAt: at };
}

/**
 * Takes in a failure.
 *
 * @param hasWorkedWithinDay As the session knows it.
 * @throws The failure, if waiting can't help.
 */
export function noteFailure(
  given: PollMemory,
  failure: unknown,
  { wallNow, hasWorkedWithinDay }: { readonly wallNow: number; readonly hasWorkedWithinDay: boolean },
): PollMemory {
  const memory = presentOf(given, wallNow) === undefined ? anchorAgain(given, wallNow) : given;
  const now = presentOf(memory, wallNow)!;
  const isRefusal = isNewRefusal(failure) && failure.code === "CREDENTIALS_REFUSED";
  const known = memory.workedAt ?? (hasWorkedWithinDay ? now : -Infinity);
  // A day of refusals counts from the first one, however long before that the credentials were used.
  const isSpellStart = isRefusal && !memory.isRefused && now - known < DAY_MS;
  const workedAt = isSpellStart ? now : known;
  if (isFinal(failure, hasWorkedWithinDay || now - workedAt < DAY_MS)) throw failure;
  const error = failure as DexcomError;
  const coolDown = nextCoolDown(memory, error);
  const waitMs = Math.ceil(Math.max(delayAfter(error, memory.failures), coolDown));
  return {
    ...memory,
    dueAt: now + waitMs,
    waitMs,
    failures: memory.failures + 1,
    coolDownMs: coolDown || memory.coolDownMs,
    ...(workedAt > -Infinity && { workedAt }),
    ...(isRefusal && { isRefused: true }),
  };
}

/** Counts the time from now on by a clock that contradicts the state. The next response tells the service's time. */
function anchorAgain(memory: PollMemory, wallNow: number): PollMemory {
  const time = memory.follow.time!;
  return { ...memory, leadMs: wallNow - time.at, follow: { ...memory.follow, time: { ...time, doubtMs: 0 } } };
}

/**
 * Returns how long the password must not be posted again; 0 if it was not posted, or the response was clear. The
 * session knows that too, but not in a process of its own for each step.
 */
function nextCoolDown({ coolDownMs: previousMs }: PollMemory, error: DexcomError): number {
  if (isNewRefusal(error)) return coolDownMs(error.code, previousMs, error.retryAfterMs);
  const { attempts, retryAfterMs } = error;
  const isLogin = retryAfterMs !== undefined && !!attempts && isUndecided(error);
  return isLogin ? coolDownMs("LOGIN_UNDECIDED", previousMs, retryAfterMs) : 0;
}
