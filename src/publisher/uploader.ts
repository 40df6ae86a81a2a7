import { parseJson } from "../http/response.ts";
import type { Connection } from "../connection.ts";
import type { CallLimit } from "../http/deadline.ts";
import type { CallOptions } from "../query.ts";
import { DexcomError, TimeoutError } from "../errors.ts";
import { caller, callWithoutSession, readNothing } from "../sharing/call.ts";
import { assertArgument, checkBoolean, checkInteger, isObject } from "../validate.ts";
import { parseNothing } from "../wire/responses.ts";
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

/** How readings are posted. */
export interface PostOptions extends CallOptions {
  /** Read back what the service then has, and say so of each reading. Without a follower it shows none. @default false */
  readonly confirm?: boolean | undefined;
  /** Assign the receiver where none is assigned: it takes the place of any other. @default false */
  readonly replaceReceiver?: boolean | undefined;
  /** Whole seconds by which the receiver's own clock is ahead of the true time; negative where it is behind. @default 0 */
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
   * How far the last post came, until one ends well: where it takes a request for each reading, a day of them does not
   * fit into one call, and the next one would otherwise begin anew for ever.
   */
  #unfinished = { serialNumber: "", settled: new Map<string, PostOutcome>() };

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#serviceClock = new ServiceClock(connection.clock);
  }

  /** The service's clock, asked. */
  askTime(limit: CallLimit): Promise<Date> {
    const read = (text: string): unknown => {
      const ms = readSystemTime(text);
      return ms ? new Date(ms) : parseJson(text);
    };
    const spec = { read, parse: parseSystemTime, limit };
    return this.#serviceClock.measure(() => callWithoutSession(this.#connection, systemUtcTime, spec));
  }

  /** @throws {ArgumentError} before anything is sent, but for readings of the future: the service is asked for its time first. */
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
            read: readNothing,
            parse: (value, details) => {
              parseNothing(value, details);
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

  /** Where the service does not tell its time, ours has to do: that alone is no reason to withhold a reading. */
  async #serviceNow(limit: CallLimit): Promise<number> {
    try {
      return await this.#serviceClock.now(() => this.askTime(limit));
    } catch (error) {
      const isOver = limit.signal?.aborted || (error instanceof TimeoutError && error.code === "DEADLINE_EXCEEDED");
      if (isOver || !(error instanceof DexcomError)) throw error;
      return this.#connection.clock.now();
    }
  }

  /** As `Dexcom` reads: with the session id in the body. A bad record elsewhere in the day is no concern here. */
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
