import { connections, openConnection, type Connection } from "./connection.ts";
import { GlucoseReading } from "./glucose-reading.ts";
import { resolveOptions, type DexcomOptions } from "./options.ts";
import { badRecordReporter, readLatest } from "./watch/request.ts";
import { watch, type WatchOptions } from "./watch/watch.ts";
import { checkInteger, checkSignal } from "./validate.ts";
import { MAX_COUNT, MAX_MINUTES } from "./wire/read-limits.ts";
import { parseReadings } from "./wire/readings.ts";

/** A reading of the last ten minutes: the newest, or the one before it where the newest is a little late. */
const CURRENT_MINUTES = 10;

/** What a call takes besides its arguments. */
export interface CallOptions {
  /** Aborting it ends the call at once, with the signal's own `reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the glucose of one Dexcom account through the Share service. Making one does no I/O, sets no timer and draws
 * no random number, so it may stand at module scope; keep one for an account, because it holds the session.
 *
 * Every method rejects with
 * - `AccountError`: the login is refused or the account locked; the credentials are not sent again before `retryAfterMs`;
 * - `RateLimitError`, `ServerError`, `SessionError`: the service's answer is not what was asked for;
 * - `NetworkError`, `TimeoutError`: no answer came, after as many attempts as `retry` allows;
 * - `ArgumentError`: an argument can't be right; nothing was sent;
 * - the `reason` of the signal that aborted it.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret", region: "ous" });
 * const reading = await dexcom.getCurrentGlucoseReading();
 * console.log(reading ? `${reading.mgDl} mg/dL ${reading.trendArrow}` : "no reading in the last ten minutes");
 * ```
 */
export class Dexcom {
  readonly #connection: Connection;

  /** @throws {ArgumentError} for a bad option, by name. */
  constructor(options: DexcomOptions) {
    this.#connection = openConnection(resolveOptions(options));
    connections.set(this, this.#connection);
  }

  /**
   * The readings of the last `minutes`, newest first; `[]` where there are none, and also where no follower was ever
   * invited: the service tells the two apart as little as we can. Operation ReadPublisherLatestGlucoseValues (wire-protocol 3.4).
   *
   * @param minutes How far back, 1 to 1440. @default 1440
   * @param maxCount How many at most, 1 to 288. @default 288
   */
  async getGlucoseReadings(
    minutes: number = MAX_MINUTES,
    maxCount: number = MAX_COUNT,
    options: CallOptions = {},
  ): Promise<GlucoseReading[]> {
    checkInteger("minutes", minutes, { min: 1, max: MAX_MINUTES });
    checkInteger("maxCount", maxCount, { min: 1, max: MAX_COUNT });
    const { badRecords } = this.#connection;
    const tolerance = badRecords === "report" ? { onBad: badRecordReporter(this.#connection), maxCount } : undefined;
    const records = await readLatest(
      this.#connection,
      { minutes, maxCount },
      {
        signal: checkSignal(options),
        parse: (value, details) => parseReadings(value, details, tolerance).slice(0, maxCount),
      },
    );
    return records.map((record) => GlucoseReading.from(record));
  }

  /** The newest reading of the last 24 hours, however old; `undefined` where there is none. */
  async getLatestGlucoseReading(options?: CallOptions): Promise<GlucoseReading | undefined> {
    return (await this.getGlucoseReadings(MAX_MINUTES, 1, options))[0];
  }

  /** The newest reading of the last ten minutes by the service's own clock; `undefined` where there is none. */
  async getCurrentGlucoseReading(options?: CallOptions): Promise<GlucoseReading | undefined> {
    return (await this.getGlucoseReadings(CURRENT_MINUTES, 1, options))[0];
  }

  /**
   * Follows the account and yields each new reading once, oldest first.
   *
   * The first reading is the latest one, or all readings after `since`. A reading that arrives after a newer one is marked
   * `late`. A reading dated in the future is marked `isAhead`. Requests are made only while the consumer waits for the
   * next reading. The iteration ends when you leave the loop or abort the signal. You can run several `watch()` loops on
   * one client.
   *
   * Outages, rate limits and bad records do not end it: `onEvent` receives each wait, and `stale` when readings stop.
   * `watch()` learns how long readings take to reach the service, usually 10 to 30 seconds, and asks when the next one is
   * due.
   *
   * @throws {ArgumentError} If an option is invalid.
   * @throws {AccountError} From the iteration, if the credentials have never worked, or have been refused for a day.
   * @example
   * ```ts
   * for await (const reading of dexcom.watch({ signal: AbortSignal.timeout(3_600_000) })) {
   *   console.log(`${reading.datetime.toISOString()} ${reading.mgDl} mg/dL ${reading.trendArrow}`);
   * }
   * ```
   */
  watch(options: WatchOptions = {}): AsyncGenerator<GlucoseReading, void, undefined> {
    return watch(this.#connection, options);
  }
}
