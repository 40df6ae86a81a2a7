import { parseJson } from "../http/response.ts";
import type { Connection } from "../connection.ts";
import type { CallLimit } from "../http/deadline.ts";
import type { CallOptions } from "../query.ts";
import { DexcomError, TimeoutError } from "../errors.ts";
import { caller, callWithoutSession, EMPTY_RESPONSE } from "../sharing/call.ts";
import { assertArgument, checkBoolean, checkInteger, isObject } from "../validate.ts";
import { readSystemTime } from "../wire/dates.ts";
import { writeEgvUpload } from "../wire/egv-upload.ts";
import { parseSystemTime } from "../wire/old-dates.ts";
import { postReceiverEgvRecords, readPublisherLatestGlucoseValues, systemUtcTime } from "../wire/operations.ts";
import { buildRequest } from "../wire/request.ts";
import { MAX_COUNT, MAX_MINUTES } from "../wire/read-limits.ts";
import { parseReadings } from "../wire/readings.ts";
import { replaceReceiver, startMonitoring } from "./monitoring.ts";
import { checkPast, toUploads, type NewReading } from "./new-readings.ts";
import { keyOf, Posting, type PostedReading, type PostOutcome } from "./post.ts";
import { ServiceClock } from "./service-clock.ts";

/** Options of `postReadings()`. */
export interface PostOptions extends CallOptions {
  /**
   * Reads the readings back, and sets `isConfirmed` on each. An account without a follower returns no readings.
   * @default false
   */
  readonly confirm?: boolean | undefined;
  /** Assigns the receiver if the account has no receiver. @default false */
  readonly replaceReceiver?: boolean | undefined;
  /** Whole seconds by which the receiver's own clock is ahead of the true time. Negative if it is behind. @default 0 */
  readonly receiverAheadSeconds?: number | undefined;
}

export const POST_OPTION_NAMES: readonly string[] = [
  "signal",
  "confirm",
  "replaceReceiver",
  "receiverAheadSeconds",
] satisfies readonly (keyof PostOptions)[];

/** A receiver's clock is set by hand, and may be wrong by more than a day. */
const MAX_AHEAD_SECONDS = 31_536_000;

/** Posts readings for one connection. */
export class Uploader {
  readonly #connection: Connection;
  readonly #serviceClock: ServiceClock;
  /**
   * Progress of a post that failed. A post that takes a request for each reading does not fit into one call, so the
   * next call continues it.
   */
  #unfinished = { serialNumber: "", settled: new Map<string, PostOutcome>() };

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#serviceClock = new ServiceClock(connection.clock);
  }

  /** Asks the service for its time. */
  askTime(limit: CallLimit): Promise<Date> {
    const read = (text: string): unknown => {
      const ms = readSystemTime(text);
      return ms ? new Date(ms) : parseJson(text);
    };
    const spec = { read, parse: parseSystemTime, limit };
    return this.#serviceClock.measure(() => callWithoutSession(this.#connection, systemUtcTime, spec));
  }

  /**
   * @throws {ArgumentError} Before any request, except for readings in the future: they take a request for the time.
   */
  async post(
    serialNumber: string,
    readings: readonly NewReading[],
    options: PostOptions,
    limit: CallLimit,
  ): Promise<PostedReading[]> {
    assertArgument(isObject(options), "options must be an object");
    const { confirm = false, replaceReceiver: mayReplace = false, receiverAheadSeconds = 0 } = options;
    checkBoolean("confirm", confirm);
    checkBoolean("replaceReceiver", mayReplace);
    checkInteger("receiverAheadSeconds", receiverAheadSeconds, { min: -MAX_AHEAD_SECONDS, max: MAX_AHEAD_SECONDS });
    const uploads = toUploads(readings);
    checkPast(uploads, await this.#serviceNow(limit));
    const call = caller(this.#connection, limit);
    if (this.#unfinished.serialNumber !== serialNumber) this.#unfinished = { serialNumber, settled: new Map() };
    const posting = new Posting(
      {
        post: (some) =>
          call<PostOutcome>(postReceiverEgvRecords, {
            args: { payload: writeEgvUpload(serialNumber, some, receiverAheadSeconds) },
            read: EMPTY_RESPONSE.read,
            parse: (value, details) => {
              EMPTY_RESPONSE.parse(value, details);
              return "accepted";
            },
            done: "duplicate",
          }),
        start: () => startMonitoring(call, serialNumber),
        replace: () => replaceReceiver(call, serialNumber),
        readBack: () => this.#readBack(limit),
      },
      mayReplace,
      this.#unfinished.settled,
    );
    const posted = await posting.post(uploads, confirm);
    this.#unfinished = { serialNumber, settled: new Map() };
    return posted;
  }

  /** Returns the service's time, or our own if the service does not tell it: a reading is not rejected for that. */
  async #serviceNow(limit: CallLimit): Promise<number> {
    try {
      return await this.#serviceClock.now(() => this.askTime(limit));
    } catch (error) {
      const isOver = limit.signal?.aborted || (error instanceof TimeoutError && error.code === "DEADLINE_EXCEEDED");
      if (isOver || !(error instanceof DexcomError)) throw error;
      return this.#connection.clock.now();
    }
  }

  /** Reads as `Dexcom` does, with the session id in the body. A bad record elsewhere in the day does no harm here. */
  async #readBack(limit: CallLimit): Promise<ReadonlySet<string>> {
    const { emit, transport, session } = this.#connection;
    const readings = await session.use(limit, (sessionId) =>
      transport.send(
        {
          request: buildRequest(readPublisherLatestGlucoseValues, {
            sessionId,
            minutes: MAX_MINUTES,
            maxCount: MAX_COUNT,
          }),
          parse: (value, details) =>
            parseReadings(value, details, { onBad: (bad) => emit({ type: "bad-record", ...bad }) }),
        },
        limit,
      ),
    );
    return new Set(readings.map(keyOf));
  }
}
