import { connectionOfThis, connections, openConnection } from "./connection.ts";
import { GlucoseReading } from "./glucose-reading.ts";
import { resolveOptions, type DexcomOptions } from "./options.ts";
import { toQuery, type CallOptions, type CheckedQuery, type GlucoseReadingsQuery } from "./query.ts";
import { requestReadings } from "./watch/request.ts";
import { watch, type WatchOptions } from "./watch/watch.ts";
import { MAX_MINUTES } from "./wire/read-limits.ts";

/** Two intervals, because a reading may be a little late. */
const CURRENT_MINUTES = 10;

/**
 * Client for the glucose readings of one Dexcom account. The constructor does no I/O, sets no timer and draws no random
 * number, so you can create a client at module scope. Keep one client per account, because it holds the session.
 *
 * Every method rejects with
 * - `AccountError`: the login is refused, or the account is locked. The credentials are not sent again before
 *   `retryAfterMs`;
 * - `RateLimitError`, `ServerError`, `SessionError`: the response is not the expected one;
 * - `NetworkError`, `TimeoutError`: no response came, after as many attempts as `retry` allows;
 * - `ArgumentError`: an argument is invalid, and nothing was sent;
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
  /** @throws {ArgumentError} If an option is invalid or unknown. The message names it. */
  constructor(options: DexcomOptions) {
    connections.set(this, openConnection(resolveOptions(options)));
  }

  /**
   * Reads glucose, newest first. Resolves to `[]` if there are no readings, and also if no follower was ever invited:
   * the service responds to both in the same way.
   *
   * @example
   * ```ts
   * const lastHour = await dexcom.getGlucoseReadings({ minutes: 60 });
   * ```
   */
  getGlucoseReadings(query?: GlucoseReadingsQuery): Promise<GlucoseReading[]>;
  /**
   * @param minutes How far back, 1 to 1440. @default 1440
   * @param maxCount Largest number of readings, 1 to 288. @default 288
   */
  getGlucoseReadings(minutes?: number, maxCount?: number, options?: CallOptions): Promise<GlucoseReading[]>;
  async getGlucoseReadings(
    first?: number | GlucoseReadingsQuery,
    maxCount?: number,
    options?: CallOptions,
  ): Promise<GlucoseReading[]> {
    return getReadings(this, toQuery(first, maxCount, options));
  }

  /** Reads the newest reading of the last 24 hours, however old. Resolves to `undefined` without a reading. */
  async getLatestGlucoseReading(options?: CallOptions): Promise<GlucoseReading | undefined> {
    return (await getReadings(this, toQuery(MAX_MINUTES, 1, options)))[0];
  }

  /**
   * Reads the newest reading of the last ten minutes by the service's own clock, or resolves to `undefined`.
   */
  async getCurrentGlucoseReading(options?: CallOptions): Promise<GlucoseReading | undefined> {
    return (await getReadings(this, toQuery(CURRENT_MINUTES, 1, options)))[0];
  }

  /**
   * Follows the account and yields each new reading once, oldest first.
   *
   * The first reading is the latest one, or all readings after `since`. A reading that arrives after a newer one is
   * marked `late`. A reading dated in the future is marked `isAhead`. Requests are made only while the consumer waits
   * for the next reading. The iteration ends when you leave the loop or abort the signal. You can run several `watch()`
   * loops on one client.
   *
   * Outages, rate limits and bad records do not end it: `onEvent` receives each wait, and `stale` when readings stop.
   * Without `onEvent`, `console.warn` tells the first network failure, once per client. `watch()` learns how long
   * readings take to reach the service, usually 10 to 30 seconds, and asks when the next one is due.
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
    return watch(connectionOfThis(this, "Dexcom"), options);
  }
}

/** Not a method: those are also reached without their object, which has to be an `ArgumentError`. */
async function getReadings(client: Dexcom, { signal, ...query }: CheckedQuery): Promise<GlucoseReading[]> {
  const connection = connectionOfThis(client, "Dexcom");
  const { badRecords } = connection;
  const { records } = await requestReadings(connection, query, { signal, badRecords });
  return records.map((record) => GlucoseReading.from(record));
}
