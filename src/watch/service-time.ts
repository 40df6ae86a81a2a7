/** Two statements about the service's clock agree if they are within this. Its `Date` has whole seconds. */
const AGREEMENT_MS = 5000;

/** `Date` jitters by less than this, because it has whole seconds. A constant error is learned with the delay. */
const JITTER_MS = 1000;

/** Estimate of the service's clock, as JSON. */
export interface ServiceTime {
  /** Service time at the last response, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Lead of an unsupported statement over `at`, in milliseconds. It counts if the next response agrees. */
  readonly doubtMs?: number;
  /** `true` if the service has never told its time: `at` is our own wall clock. */
  readonly isOwn?: true;
}

/** Readings of the clocks when a response arrives. */
export interface TimeWitnesses {
  /** `Date` of the response, or the time from a separate request. */
  readonly date: number | undefined;
  readonly wallNow: number;
  /** Time since the last response, as each of our clocks measured it. */
  readonly passedMs: readonly number[];
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
 * responses agree on it, so that one wrong `Date` changes nothing.
 *
 * @returns The estimate, and the time since the last response; Infinity for the first response.
 */
export function observeTime(
  known: ServiceTime | undefined,
  witnesses: TimeWitnesses,
): { readonly time: ServiceTime; readonly passedMs: number } {
  if (known === undefined) return { time: firstEstimate(witnesses), passedMs: Infinity };
  const { date } = witnesses;
  // The longest, because a monotonic clock may stand still while a laptop sleeps.
  const longestMs = Math.max(...witnesses.passedMs);
  if (date === undefined) {
    return { time: { at: known.at + longestMs, ...(known.isOwn && { isOwn: true }) }, passedMs: longestMs };
  }
  const statedMs = date - known.at;
  const closestMs = witnesses.passedMs.reduce((a, b) => (Math.abs(b - statedMs) < Math.abs(a - statedMs) ? b : a));
  const isSupported = agree(closestMs, statedMs);
  const passedMs = isSupported ? closestMs : longestMs;
  const expected = known.at + passedMs;
  if (isSupported) {
    return { time: { at: Math.abs(date - expected) > JITTER_MS ? date : expected }, passedMs };
  }
  const isConfirmed = known.isOwn ?? (known.doubtMs !== undefined && agree(expected + known.doubtMs, date));
  return { time: isConfirmed ? { at: date } : { at: expected, doubtMs: date - expected }, passedMs };
}

function agree(one: number, other: number): boolean {
  return Math.abs(one - other) <= AGREEMENT_MS;
}
