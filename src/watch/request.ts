import { limitOf, type Connection } from "../connection.ts";
import type { Operation } from "../http/operation.ts";
import { parseHttpDate } from "../http/retry.ts";
import type { CallOptions } from "../query.ts";
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

/**
 * Requests readings with the client's session.
 *
 * @param badRecords `watch()` reports and leaves out bad records always: one of them must not end it.
 */
export function requestReadings(
  connection: Connection,
  { minutes, maxCount }: Pick<ReadingQuery, "minutes" | "maxCount">,
  { signal, badRecords }: Pick<Connection, "badRecords"> & CallOptions,
): Promise<ReadingsResponse> {
  const { session, transport, emit } = connection;
  const limit = limitOf(connection, { signal });
  const onBad = (bad: BadRecord): void => emit({ type: "bad-record", ...bad });
  const report = badRecords === "report" ? { onBad, maxCount } : undefined;
  const parse: Operation<ReadingsResponse>["parse"] = (value, details, headers) => ({
    records: parseReadings(value, details, report).slice(0, maxCount),
    date: parseHttpDate(headers.get("date")),
  });
  return session.use(limit, (sessionId) => {
    const request = buildRequest(readPublisherLatestGlucoseValues, { sessionId, minutes, maxCount });
    return transport.send({ request, parse }, limit);
  });
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
