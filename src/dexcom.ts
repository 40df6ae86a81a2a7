import { ArgumentError } from "./errors.ts";
import { GlucoseReading } from "./glucose-reading.ts";
import { resolveOptions, type DexcomOptions, type Settings } from "./options.ts";
import { Session } from "./session.ts";
import { Transport } from "./transport.ts";
import { parseReadings, type BadRecord } from "./wire/readings.ts";

/** The service holds a day of readings, and no more (wire-protocol 3.4). */
const MAX_MINUTES = 1440;
/** One reading every five minutes for a day. */
const MAX_COUNT = 288;
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
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #session: Session;

  /** @throws {ArgumentError} for a bad option, by name. */
  constructor(options: DexcomOptions) {
    this.#settings = resolveOptions(options);
    this.#transport = new Transport(this.#settings);
    this.#session = new Session(this.#transport, this.#settings);
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
    checkWhole("minutes", minutes, MAX_MINUTES);
    checkWhole("maxCount", maxCount, MAX_COUNT);
    const { clock, deadlineMs, badRecords, emit } = this.#settings;
    const given = options as CallOptions | null;
    const signal = given?.signal;
    if (!given || (signal && typeof (signal as Partial<AbortSignal>).addEventListener !== "function")) {
      throw new ArgumentError("signal must be an AbortSignal");
    }
    const limit = { endsAt: clock.now() + deadlineMs, signal };
    const onBad = (bad: BadRecord): void => {
      emit({ type: "bad-record", ...bad });
    };
    const records = await this.#session.use(limit, (sessionId) =>
      this.#transport.send(
        {
          path: "Publisher/ReadPublisherLatestGlucoseValues",
          // In the body, where it gets into no log of addresses on the way.
          body: { sessionId, minutes, maxCount },
          parse: (value, details) => parseReadings(value, details, badRecords === "report" ? onBad : undefined),
        },
        limit,
      ),
    );
    return records.slice(0, maxCount).map((record) => new GlucoseReading(record));
  }

  /** The newest reading of the last 24 hours, however old; `undefined` where there is none. */
  async getLatestGlucoseReading(options?: CallOptions): Promise<GlucoseReading | undefined> {
    return (await this.getGlucoseReadings(MAX_MINUTES, 1, options))[0];
  }

  /** The newest reading of the last ten minutes by the service's own clock; `undefined` where there is none. */
  async getCurrentGlucoseReading(options?: CallOptions): Promise<GlucoseReading | undefined> {
    return (await this.getGlucoseReadings(CURRENT_MINUTES, 1, options))[0];
  }
}

function checkWhole(name: string, value: unknown, most: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > most) {
    throw new ArgumentError(`${name} must be a whole number from 1 to ${most}`);
  }
}
