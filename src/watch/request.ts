import { limitOf, type Connection } from "../connection.ts";
import type { Operation } from "../http/operation.ts";
import { parseHttpDate } from "../http/retry.ts";
import { readSystemTime } from "../wire/dates.ts";
import { readPublisherLatestGlucoseValues, systemUtcTime } from "../wire/operations.ts";
import { buildRequest } from "../wire/request.ts";
import { parseReadings, type BadRecord, type ParsedReading } from "../wire/readings.ts";
import type { ReadingQuery } from "./reading-tracker.ts";

/** A response to a request for readings. */
export interface ReadingsResponse {
  /** Newest first. */
  readonly records: readonly ParsedReading[];
  /** The service's time, in milliseconds since the Unix epoch; `undefined` if the response has no valid `Date`. */
  readonly date: number | undefined;
}

/** Sends ReadPublisherLatestGlucoseValues with the client's session. */
export function readLatest<T>(
  connection: Connection,
  query: Pick<ReadingQuery, "minutes" | "maxCount">,
  { signal, parse }: { readonly signal: AbortSignal | undefined; readonly parse: Operation<T>["parse"] },
): Promise<T> {
  const { session, transport } = connection;
  const limit = limitOf(connection, { signal });
  return session.use(limit, (sessionId) =>
    transport.send({ request: buildRequest(readPublisherLatestGlucoseValues, { sessionId, ...query }), parse }, limit),
  );
}

/** Reports a bad record to `onEvent`. */
export function badRecordReporter({ emit }: Connection): (bad: BadRecord) => void {
  return (bad) => emit({ type: "bad-record", ...bad });
}

/** Requests readings. Bad records are reported and left out: one of them must not end a `watch()`. */
export function requestReadings(
  connection: Connection,
  { minutes, maxCount }: ReadingQuery,
  signal: AbortSignal | undefined,
): Promise<ReadingsResponse> {
  return readLatest(
    connection,
    { minutes, maxCount },
    {
      signal,
      parse: (value, details, headers) => ({
        records: parseReadings(value, details, { onBad: badRecordReporter(connection), maxCount }).slice(0, maxCount),
        date: parseHttpDate(headers.get("date")),
      }),
    },
  );
}

/** Requests the service's time. Resolves to `undefined` if that fails. */
export function requestServiceTime(
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const spec = { request: buildRequest(systemUtcTime), read: readSystemTime, parse: (time: unknown) => time as number };
  return connection.transport.send(spec, limitOf(connection, { signal })).then(
    (time) => time || undefined,
    () => undefined,
  );
}
