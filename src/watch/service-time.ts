/** Two statements about the service's clock agree if they are within this. Its `Date` has whole seconds. */
export const AGREEMENT_MS = 5000;

/** `Date` jitters by less than this, because it has whole seconds. A constant error is learned with the delay. */
const JITTER_MS = 1000;

/** Estimate of the service's clock, as JSON. */
export interface ServiceTime {
  /** Service time at the last response, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Lead of an unsupported statement over `at`, in milliseconds. It counts if the next response agrees. */
  readonly doubtMs?: number | undefined;
  /** `true` if the service has never told its time: `at` is our own wall clock. */
  readonly isOwn?: true | undefined;
}

/** Readings of the clocks when a response arrives. */
export interface TimeWitnesses {
  /** `Date` of the response, or the time from a separate request. */
  readonly date: number | undefined;
  readonly wallNow: number;
  /** Time since the last response, as each of our clocks measured it; empty if no clock can be right. */
  readonly passedMs: readonly number[];
  /** `true` if one of the clocks is never set. */
  readonly isSteady: boolean;
}

/** Returns `true` if the service's time is known well enough to ask for a few minutes only. */
export function isCertain(time: ServiceTime | undefined): time is ServiceTime {
  return time !== undefined && !time.isOwn && time.doubtMs === undefined;
}

/** Makes the estimate of the first response. Our own wall clock is the other witness of its `Date`. */
function firstEstimate({ date, wallNow }: TimeWitnesses): ServiceTime {
  if (date === undefined) return { at: wallNow, isOwn: true };
  return agree(date, wallNow) ? { at: date } : { at: date, doubtMs: wallNow - date };
}

/**
 * Updates the estimate with a response. A time that contradicts every clock of ours counts only if two consecutive
 * responses agree on it, so that one wrong `Date` changes nothing. If each of our clocks may have been set, or is that
 * of another machine, the time counts like that of a first response.
 *
 * @returns The estimate, and the time since the last response; Infinity for the first response.
 */
export function observeTime(
  known: ServiceTime | undefined,
  witnesses: TimeWitnesses,
): { readonly time: ServiceTime; readonly passedMs: number } {
  if (known === undefined) return { time: firstEstimate(witnesses), passedMs: Infinity };
  const { date } = witnesses;
  const likelyMs = likelyTime(witnesses);
  if (date === undefined) {
    const doubtMs = witnesses.passedMs.length === 0 ? 0 : undefined;
    return { time: { at: known.at + likelyMs, isOwn: known.isOwn, doubtMs }, passedMs: likelyMs };
  }
  const statedMs = date - known.at;
  const closestMs = closestTo(statedMs, witnesses.passedMs);
  const isSupported = agree(closestMs, statedMs);
  const passedMs = isSupported ? closestMs : likelyMs;
  const expected = known.at + passedMs;
  if (isSupported) {
    return { time: { at: Math.abs(date - expected) > JITTER_MS ? date : expected }, passedMs };
  }
  const isConfirmed = known.isOwn ?? (known.doubtMs !== undefined && agree(expected + known.doubtMs, date));
  if (isConfirmed) return { time: { at: date }, passedMs };
  if (!witnesses.isSteady) return { time: firstEstimate(witnesses), passedMs: Math.max(0, statedMs) };
  return { time: { at: expected, doubtMs: date - expected }, passedMs };
}

/**
 * Returns the time that has passed if the service does not tell: the longest, because a monotonic clock may stand still
 * while a laptop sleeps. Of wall clocks alone it is the shortest, because one of them may be far ahead.
 */
function likelyTime({ passedMs, isSteady }: Pick<TimeWitnesses, "passedMs" | "isSteady">): number {
  if (passedMs.length === 0) return 0;
  return isSteady ? Math.max(...passedMs) : Math.min(...passedMs);
}

function closestTo(wanted: number, candidates: readonly number[]): number {
  return candidates.reduce((a, b) => (Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a), -Infinity);
}

function agree(one: number, other: number): boolean {
  return Math.abs(one - other) <= AGREEMENT_MS;
}
