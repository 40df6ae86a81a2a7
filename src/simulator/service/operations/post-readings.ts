import { parseTrend } from "../../../glucose/trend.ts";
import { invalid } from "../wire/arguments.ts";
import { Fault } from "../wire/fault.ts";
import type { Operation } from "../operation.ts";
import type { StoredReading } from "../../readings/reading.ts";
import { requireMonitoring, requireReceiver } from "./receivers.ts";
import { checkSerialNumber, publisherOperation, type PublisherCall } from "./steps.ts";

interface Upload {
  readonly SN?: unknown;
  readonly Egvs?: unknown;
  readonly TA?: unknown;
}

/**
 * Takes readings, which the account's reads then give back (PROTOCOL.md, "Post readings"). First the receiver is
 * looked at, then the
 * monitoring session; which comes first is not on record.
 */
export const postReceiverEgvRecords: Operation = publisherOperation("PostReceiverEgvRecords", (call) => {
  const { account, service, given } = call;
  const { SN, Egvs, TA } = (given.json ?? {}) as Upload;
  const serialNumber = checkSerialNumber(SN, "SN");
  if (typeof TA !== "number" || !Number.isInteger(TA)) throw invalid("TA");
  if (!Array.isArray(Egvs)) throw invalid("Egvs");
  const readings = Egvs.map((record) => toReading(record, TA, call));
  requireReceiver(call, serialNumber);
  requireMonitoring(call);
  const isNew = ({ timeMs }: StoredReading, index: number): boolean =>
    !account.readings.has(timeMs) && readings.findIndex((other) => other.timeMs === timeMs) === index;
  const fresh = readings.filter(isNew);
  const hasDuplicate = fresh.length < readings.length;
  if (!hasDuplicate || service.settings.duplicatePosts === "keep-new")
    for (const reading of fresh) account.readings.add(reading);
  // The text is our own, because the service's is not on record.
  if (hasDuplicate) throw new Fault("DuplicateEgvPosted", "Estimated glucose value was posted before");
  return undefined;
});

/**
 * A record of the upload. ST and TA make the true time; DT, the wall clock written as UTC, makes the offset
 * (PROTOCOL.md, "The three clocks").
 */
function toReading(record: unknown, offsetSeconds: number, { account, nowMs }: PublisherCall): StoredReading {
  const { ST, DT, Value, Trend } = (record ?? {}) as Readonly<Record<string, unknown>>;
  const system = toMs(ST, "ST");
  const display = toMs(DT, "DT");
  if (typeof Value !== "number" || !Number.isInteger(Value) || Value < 0) throw invalid("Value");
  // Uploads always use numbers (PROTOCOL.md, "Trend").
  const trend = typeof Trend === "number" ? parseTrend(Trend) : undefined;
  if (trend === undefined) throw invalid("Trend");
  const timeMs = system + offsetSeconds * 1000;
  // Today's uploaders send one moment as both, and then nothing is known of the wall clock.
  const timezone = display === system ? account.timezone : toOffset(display - timeMs);
  const uploaded = { systemMs: system, displayMs: display };
  return { mgDl: Value, trend: trend.trend, timeMs, availableAtMs: Math.max(timeMs, nowMs), timezone, uploaded };
}

/** Slashes and no offset (PROTOCOL.md, "Date syntax"). */
function toMs(value: unknown, name: string): number {
  const [, digits] = /^\/Date\((-?\d{1,15})\)\/$/.exec(String(value)) ?? [];
  if (digits === undefined) throw invalid(name);
  return Number(digits);
}

/** The nearest quarter of an hour, such as `"-0400"`: display clocks are set by hand. */
function toOffset(ms: number): string {
  const minutes = Math.max(-840, Math.min(840, Math.round(ms / 900_000) * 15));
  const digits = (figure: number): string => String(figure).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${digits(Math.floor(Math.abs(minutes) / 60))}${digits(Math.abs(minutes) % 60)}`;
}
