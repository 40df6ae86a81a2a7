import type { ErrorDetails, Issue } from "../errors.ts";
import { parseTrend, TRENDS, type TrendInfo } from "../glucose/trend.ts";
import { parseWireDate } from "./dates.ts";
import { MAX_COUNT } from "./read-limits.ts";
import * as schema from "./schema.ts";

/** A record as the service sends it (PROTOCOL.md, "Glucose values"). It may hold other keys, which are kept. */
export interface RawReading {
  readonly WT?: string | undefined;
  readonly ST?: string | undefined;
  readonly DT?: string | undefined;
  readonly Value: number | string;
  readonly Trend: number | string;
}

/** A record that has been read, and the record itself. */
export interface ParsedReading {
  readonly mgDl: number;
  readonly trend: TrendInfo;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** The wearer's UTC offset, such as `"-0400"`. */
  readonly timezone: string | undefined;
  readonly json: RawReading;
}

/** A record that breaks a rule. Holds positions and reasons, no values. */
export interface BadRecord {
  /** Its place in the response. */
  readonly index: number;
  readonly issues: readonly Issue[];
  /** `true` if the figure was kept because only the trend was unknown. */
  readonly kept: boolean;
  /**
   * Number of further bad records without a report of their own. Present if there were more than readings asked for.
   */
  readonly more?: number;
}

/** Last status code of the receiver. 0 to 12 mean "sensor not active" and the like (PROTOCOL.md, "Value"). */
const LAST_STATUS_CODE = 12;

/**
 * Reads a figure in mg/dL; `undefined` for anything else. JavaScript converts `null` and `""` to 0: they are refused.
 */
function parseValue(value: unknown): number | undefined {
  const figure = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(figure) && (figure as number) > LAST_STATUS_CODE ? (figure as number) : undefined;
}

const listSchema = /* @__PURE__ */ schema.lazy(() => schema.value<unknown[]>(Array.isArray, "not a list"));

// `RawReading` is public, so it is written out. The compiler checks the schema by it.
const recordSchema = /* @__PURE__ */ schema.lazy((): schema.Schema<RawReading> => {
  const date = schema.optional(
    schema.value<string>((text) => parseWireDate(text) !== undefined, "not a date of the service"),
  );
  return schema.object(
    {
      WT: date,
      ST: date,
      DT: date,
      Value: schema.value<number | string>(
        (figure) => parseValue(figure) !== undefined,
        "not a glucose figure in mg/dL",
      ),
      Trend: schema.value<number | string>((trend) => parseTrend(trend) !== undefined, "not a trend of the service"),
    },
    "not a record",
    schema.rule(({ WT, ST, DT }) => (WT ?? ST ?? DT) !== undefined, "without a date"),
  );
});

const ZERO = 48;

/**
 * Reads a record of the form that every recording since 2023 has, without the schema; `undefined` for any other record.
 * A property test holds it equal to the schema. WT, ST and DT hold the same digits, and they are read once, because
 * dates are most of a response.
 *
 * @param knownZone Offset that has been checked already.
 */
export function parseFast(record: unknown, knownZone?: string): ParsedReading | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const { WT, ST, DT, Value, Trend } = record as { readonly [K in keyof RawReading]?: unknown };
  if (typeof WT !== "string" || WT !== ST || typeof DT !== "string" || typeof Value !== "number") return undefined;
  const end = WT.length - 1;
  // A number holds 15 digits exactly, and they stay below the last date.
  if (end < 6 || end > 20 || DT.length !== end + 6 || !WT.startsWith("Date(") || !DT.startsWith("Date("))
    return undefined;
  let time = 0;
  for (let i = 5; i < end; i++) {
    const digit = WT.charCodeAt(i);
    if (digit < ZERO || digit > ZERO + 9 || digit !== DT.charCodeAt(i)) return undefined;
    time = time * 10 + digit - ZERO;
  }
  const timezone = DT.slice(end, -1);
  if (timezone !== knownZone && !/^[+-][01]\d[0-5]\d$/.test(timezone)) return undefined;
  const mgDl = parseValue(Value);
  const trend = parseTrend(Trend);
  if (mgDl === undefined || trend === undefined || !WT.endsWith(")") || !DT.endsWith(")")) return undefined;
  return { mgDl, trend, time, timezone, json: record as RawReading };
}

/**
 * Reads a record that passed the schema. The instant is WT, else ST, else DT. Only DT has the wearer's offset
 * (PROTOCOL.md, "The three clocks").
 */
function parseChecked(record: RawReading, trend: TrendInfo): ParsedReading {
  const displayed = parseWireDate(record.DT);
  const instant = parseWireDate(record.WT ?? record.ST) ?? displayed;
  return {
    mgDl: parseValue(record.Value)!,
    trend,
    time: instant!.time,
    timezone: displayed?.offset,
    json: record,
  };
}

/** Reads any record by the schema. Returns what is wrong with it if it breaks a rule. */
export function parseRecord(record: unknown): ParsedReading | readonly Issue[] {
  const issues = recordSchema()(record);
  return issues.length > 0 ? issues : parseChecked(record as RawReading, parseTrend((record as RawReading).Trend)!);
}

/** Reads a record if only its trend is unknown. The figure is kept, with the trend's name as it came. */
function withUnknownTrend(record: unknown, issues: readonly Issue[]): ParsedReading | undefined {
  if (issues.some((issue) => issue.path[0] !== "Trend")) return undefined;
  const raw = record as RawReading;
  const unknownTrend = TRENDS[8]!;
  const direction = typeof raw.Trend === "string" && raw.Trend ? raw.Trend : unknownTrend.direction;
  return parseChecked(raw, { ...unknownTrend, direction });
}

/** Receiver of reports on bad records. */
export interface BadRecordReport {
  readonly onBad: (bad: BadRecord) => void;
  /** Bad records beyond this many are reported as one, the first of them. @default 288 */
  readonly maxCount?: number;
}

/**
 * Reads a response of readings: newest first, records that are equal in all fields once. A record that breaks a rule
 * fails the whole response, unless there is a `report`: then it is left out, or kept if only its trend is unknown.
 *
 * @throws {ServerError} Named `"ZodError"`, with `issues`, if the response is no list or a record breaks a rule.
 */
export function parseReadings(value: unknown, details: () => ErrorDetails, report?: BadRecordReport): ParsedReading[] {
  schema.checkSchema(listSchema(), value, details);
  const readings: ParsedReading[] = [];
  let zone: string | undefined;
  let badCount = 0;
  let firstBeyond: BadRecord | undefined;
  const maxCount = report?.maxCount ?? MAX_COUNT;
  for (let index = 0; index < value.length; index++) {
    const record = value[index];
    // A megabyte of `{}` is 350,000 records. Running the schema on each takes seconds.
    if (badCount > maxCount && isHopeless(record)) {
      badCount++;
      continue;
    }
    const parsed = parseFast(record, zone) ?? parseRecord(record);
    if ("json" in parsed) {
      readings.push(parsed);
      zone = parsed.timezone;
      continue;
    }
    const issues = parsed.map(({ code, path, message }) => ({ code, message, path: [index, ...path] }));
    if (!report) throw schema.invalidShape(issues, details);
    const saved = withUnknownTrend(record, parsed);
    if (saved) readings.push(saved);
    const bad = { index, issues, kept: saved !== undefined };
    if (++badCount <= maxCount) report.onBad(bad);
    else firstBeyond ??= bad;
  }
  if (firstBeyond) report?.onBad({ ...firstBeyond, more: badCount - maxCount - 1 });
  return newestFirst(readings);
}

/** Tells if a record lacks a figure or a date, without which the schema refuses it. */
function isHopeless(record: unknown): boolean {
  const { WT, ST, DT, Value } = (record ?? {}) as Partial<RawReading>;
  return parseValue(Value) === undefined || (WT ?? ST ?? DT) === undefined;
}

/**
 * Sorts newest first and drops records that are equal in all fields. Recordings are in order and have no duplicates,
 * but late uploads can change both (PROTOCOL.md, "Order and duplicates").
 */
function newestFirst(readings: ParsedReading[]): ParsedReading[] {
  if (readings.every((reading, i) => i === 0 || reading.time < readings[i - 1]!.time)) return readings;
  const seen = new Set<string>();
  return readings
    .sort((a, b) => b.time - a.time)
    .filter(({ json }, i) => {
      const fields = fieldsOf(json, i);
      const isFirst = !seen.has(fields);
      seen.add(fields);
      return isFirst;
    });
}

/**
 * Writes all fields as one string that does not depend on their order. A field that is an object is written as the
 * record's place, so it differs from any other: it may be nested so deep that writing it overflows the stack.
 */
function fieldsOf(record: RawReading, place: number): string {
  const fields = Object.entries(record).map(([key, field]) => [key, Object(field) === field ? { place } : field]);
  return JSON.stringify(fields.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)));
}
