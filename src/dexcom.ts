import { connections, limitOf, openConnection, type Connection } from "./connection.ts";
import { GlucoseReading } from "./glucose-reading.ts";
import { resolveOptions, type DexcomOptions } from "./options.ts";
import { watch, type WatchOptions } from "./watch/watch.ts";
import { checkInteger, checkSignal } from "./validate.ts";
import { readSystemTime } from "./wire/dates.ts";
import { MAX_COUNT, MAX_MINUTES } from "./wire/read-limits.ts";
import { readPublisherLatestGlucoseValues, systemUtcTime } from "./wire/operations.ts";
import { buildRequest } from "./wire/request.ts";
import { parseReadings, type BadRecord, type ParsedReading } from "./wire/readings.ts";

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
    const records = await this.#read(minutes, maxCount, checkSignal(options));
    return records.map((record) => GlucoseReading.from(record));
  }

  /** With `onHeaders` it is `watch()` that asks: bad records never end that. */
  #read(
    minutes: number,
    maxCount: number,
    signal: AbortSignal | undefined,
    onHeaders?: (headers: Headers) => void,
  ): Promise<ParsedReading[]> {
    const { session, transport, badRecords, emit } = this.#connection;
    const limit = limitOf(this.#connection, { signal });
    const onBad = (bad: BadRecord): void => {
      emit({ type: "bad-record", ...bad });
    };
    return session.use(limit, (sessionId) =>
      transport.send(
        {
          request: buildRequest(readPublisherLatestGlucoseValues, { sessionId, minutes, maxCount }),
          parse: (value, details, headers) => {
            onHeaders?.(headers);
            const keepsGood = badRecords === "report" || onHeaders !== undefined;
            return parseReadings(value, details, keepsGood ? { onBad, maxCount } : undefined).slice(0, maxCount);
          },
        },
        limit,
      ),
    );
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
   * Follows the account: gives the latest reading, or all since `since`, and then each new one within seconds of its
   * existence, exactly once, oldest first. What a late phone or an outage kept back follows as soon as the service has it;
   * where a newer one was given before, it is marked `late`. It asks only while the consumer waits for the next reading,
   * and ends when the loop is left or the signal aborts; several at a time are independent.
   *
   * Outages, rate limits and bad records do not end it: `onEvent` is told of each wait, and when readings go stale. When
   * to ask is measured by the service's clock, from its answers' `Date` or by one SystemUtcTime, and learned: readings take
   * 10 to 30 s to the service (wire-protocol 14).
   *
   * @throws {ArgumentError} for a bad option. The iteration rejects with `AccountError` where the credentials never worked
   * on this client; those that did are tried twice more, as late as the error's `retryAfterMs` says.
   * @example
   * ```ts
   * for await (const reading of dexcom.watch({ signal: AbortSignal.timeout(3_600_000) })) {
   *   console.log(`${reading.datetime.toISOString()} ${reading.mgDl} mg/dL ${reading.trendArrow}`);
   * }
   * ```
   */
  watch(options: WatchOptions = {}): AsyncGenerator<GlucoseReading, void, undefined> {
    const { session, transport, clock, emit } = this.#connection;
    return watch(
      {
        clock,
        emit,
        session,
        read: (...request) => this.#read(...request),
        readTime: (signal) =>
          transport.send(
            { request: buildRequest(systemUtcTime), read: readSystemTime, parse: (time) => time as number },
            limitOf(this.#connection, { signal }),
          ),
      },
      options,
    );
  }
}
