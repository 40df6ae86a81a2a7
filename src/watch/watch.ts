import type { Clock } from "../clock.ts";
import type { Emit } from "../events.ts";
import { GlucoseReading } from "../glucose-reading.ts";
import { assertArgument, checkMilliseconds, checkSignal } from "../validate.ts";
import { parseHttpDate } from "../http/retry.ts";
import type { ParsedReading } from "../wire/readings.ts";
import { makeBackOff } from "./back-off.ts";
import { makeLedger, type Ledger } from "./reading-tracker.ts";
import { makePacer } from "./poll-scheduler.ts";

/** What to follow, and until when. */
export interface WatchOptions {
  /**
   * Readings after this are delivered first: a date, or the last reading that was seen, so that a program that was
   * restarted goes on where it stopped. The service holds 24 hours (wire-protocol 3.4). Nothing up to it is delivered,
   * also of what turns up late. @default the latest reading comes first
   */
  readonly since?: Date | GlucoseReading | undefined;
  /** Aborting it ends the iteration at once, without an error. */
  readonly signal?: AbortSignal | undefined;
  /**
   * When the newest reading is older than this, in milliseconds, `onEvent` is told `stale`; one of the future counts from
   * when it was first seen. @default 900_000 (15 minutes)
   */
  readonly staleAfterMs?: number | undefined;
}

/** What a watch needs of its client. */
export interface WatchSource {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Whether the service has ever taken these credentials. */
  readonly session: { readonly hasLoggedIn: boolean };
  /** The readings, newest first; bad records are reported. */
  readonly read: (
    minutes: number,
    maxCount: number,
    signal: AbortSignal,
    onHeaders: (headers: Headers) => void,
  ) => Promise<ParsedReading[]>;
  /** The service's clock. */
  readonly readTime: (signal: AbortSignal) => Promise<number | undefined>;
}

/** The clock is read again at least this often: a laptop that slept asks right after it wakes. */
const LONGEST_SLEEP_MS = 60_000;

/** @throws {ArgumentError} for a bad option, by name. */
export function watch(source: WatchSource, options: WatchOptions): AsyncGenerator<GlucoseReading, void, undefined> {
  const signal = checkSignal(options);
  const { since, staleAfterMs } = options;
  const reading = since as GlucoseReading | undefined;
  const moment = reading?.datetime ?? since;
  assertArgument(
    moment === undefined || (moment instanceof Date && +moment === +moment),
    "since must be a Date or a GlucoseReading",
  );
  const inner = new AbortController();
  const ledger = makeLedger(moment && +moment, moment !== since);
  const readings = follow(
    poller(source, ledger, checkMilliseconds("staleAfterMs", staleAfterMs, { fallback: 900_000 }), inner.signal),
    signal,
    inner,
  );
  const leave = readings.return.bind(readings);
  // A generator's own would wait for the `next` that is under way, which may take minutes.
  readings.return = () => {
    inner.abort();
    return leave();
  };
  return readings;
}

async function* follow(
  nextReadings: () => Promise<GlucoseReading[]>,
  outer: AbortSignal | undefined,
  inner: AbortController,
): AsyncGenerator<GlucoseReading, void, undefined> {
  const stop = (): void => inner.abort();
  outer?.addEventListener("abort", stop);
  if (outer?.aborted) stop();
  try {
    for (;;) {
      for (const reading of await nextReadings()) {
        if (inner.signal.aborted) return;
        yield reading;
      }
    }
  } catch (error) {
    if (!inner.signal.aborted) throw error;
  } finally {
    outer?.removeEventListener("abort", stop);
  }
}

/** Makes what waits until the next request is due, makes it, and gives what it brought that is new. */
// eslint-disable-next-line max-lines-per-function -- one closure over the state of a watch
function poller(
  source: WatchSource,
  ledger: Ledger,
  staleAfterMs: number,
  signal: AbortSignal,
): () => Promise<GlucoseReading[]> {
  const { clock, emit, read, readTime, session } = source;
  const pace = makePacer();
  /** By how much the service's clock is ahead of the client's, which may be wrong by hours. All else here is by the client's. */
  let aheadMs: number | undefined;
  /** How often the service may be asked for its clock where its answers do not tell. */
  let questions = 1;
  let dueAt = -Infinity;
  let freshUntil: number | undefined;
  let isStale = false;

  const noteFreshness = (): number => {
    const now = clock.now();
    if (isStale !== (isStale = now >= freshUntil!)) emit({ type: isStale ? "stale" : "recovered" });
    return now;
  };

  /** An answer said that it was made in the second that began at `date`, by the service's clock. */
  const noteTime = (date: number | undefined): void => {
    if (!date) return;
    const ms = date - clock.now();
    // In whole seconds it jitters; what is always wrong by the same does not matter, because the delay is learned with it.
    if (aheadMs === undefined || Math.abs(ms - aheadMs) > 1000) aheadMs = ms;
  };

  /** Until the request is due, and no longer than that takes at first sight: the clock may be set back meanwhile. */
  const wait = async (): Promise<void> => {
    freshUntil ??= clock.now() + staleAfterMs;
    for (let patience = dueAt - clock.now(); ;) {
      const now = noteFreshness();
      const left = Math.min(dueAt - now, patience);
      if (left <= 0) return;
      const ms = Math.min(left, LONGEST_SLEEP_MS, isStale ? left : freshUntil - now);
      await clock.sleep(ms, signal);
      patience -= ms;
    }
  };

  return async () => {
    const delayAfter = makeBackOff(session, emit);
    for (;;) {
      await wait();
      const [minutes, maxCount] = ledger.reach(clock.now() + (aheadMs ?? Infinity));
      const onHeaders = (headers: Headers): void => noteTime(parseHttpDate(headers.get("date")));
      const answer = await read(minutes, maxCount, signal, onHeaders).catch((error: unknown) => {
        dueAt = clock.now() + delayAfter(error);
      });
      if (!answer) continue;
      if (aheadMs === undefined && questions-- > 0) noteTime(await readTime(signal).catch(() => undefined));
      // Where neither is to be had the client's own clock has to do, but not to say how far back to ask.
      const ms = aheadMs ?? 0;
      const now = clock.now() + ms;
      const [due, newest] = pace(
        now,
        answer.map(({ time }) => time),
      );
      dueAt = due - ms;
      if (answer[0]) freshUntil = newest - ms + staleAfterMs;
      noteFreshness();
      return ledger.take(answer, now).map((reading) => GlucoseReading.from(reading));
    }
  };
}
