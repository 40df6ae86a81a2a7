import type { ErrorDetails, Issue } from "../errors.ts";
import { parseTrend, TRENDS, type TrendInfo } from "../trend.ts";
import { parseWireDate } from "./dates.ts";
import { MAX_COUNT } from "./read-limits.ts";
import { checkShape, invalidShape, issuesOf, rule, shape, type Shape } from "./shape.ts";

/** A record as the service sends it (wire-protocol 3.4). Other keys may be there and are kept. */
export interface RawReading {
  readonly WT?: string | undefined;
  readonly ST?: string | undefined;
  readonly DT?: string | undefined;
  readonly Value: number | string;
  readonly Trend: number | string;
}

/** A record read: what is known of it, and the record itself. */
export interface ParsedReading {
  readonly mgDl: number;
  readonly trend: TrendInfo;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** The wearer's UTC offset, such as `"-0400"`. */
  readonly timezone: string | undefined;
  readonly json: RawReading;
}

/** A record that could not be taken as it is. Holds positions and reasons, no values. */
export interface BadRecord {
  /** Its place in the answer. */
  readonly index: number;
  readonly issues: readonly Issue[];
  /** Whether the figure was kept, because nothing but the trend was unknown. */
  readonly kept: boolean;
  /** Number of further bad records, of which no event tells: there were more of them than readings were asked for. */
  readonly more?: number;
}

/** 0 to 12 are codes of the receiver ("sensor not active", …), never figures (wire-protocol 12). */
const LAST_STATUS_CODE = 12;

/** The figure in mg/dL, or `undefined`. `null` and `""` are no numbers here, whatever JavaScript makes of them. */
function parseValue(value: unknown): number | undefined {
  const figure = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(figure) && (figure as number) > LAST_STATUS_CODE ? (figure as number) : undefined;
}

let listShape: Shape<unknown[]> | undefined;
let recordShape: Shape<RawReading> | undefined;

/** A date may be missing, but not be there and be no date. */
function dateRule(key: "WT" | "ST" | "DT"): ReturnType<typeof rule<RawReading>> {
  return rule(
    key,
    "not a date of the service",
    ({ [key]: date }) => date === undefined || parseWireDate(date) !== undefined,
  );
}

/** What a record must be. Built on first use: most records are taken by `parseUsual` and never get here. */
function makeRecordShape(): Shape<RawReading> {
  return shape(
    "not a record",
    (value) => typeof value === "object" && value !== null,
    dateRule("WT"),
    dateRule("ST"),
    dateRule("DT"),
    rule(undefined, "without a date", ({ WT, ST, DT }) => (WT ?? ST ?? DT) !== undefined),
    rule("Value", "not a glucose figure in mg/dL", ({ Value }) => parseValue(Value) !== undefined),
    rule("Trend", "not a trend of the service", ({ Trend }) => parseTrend(Trend) !== undefined),
  );
}

const ZERO = 48;

/**
 * Today's record, as in every recording since 2023, read without the schema and held equal to it by a property test.
 * WT, ST and DT hold the same digits, which are read once: a day of readings is mostly dates.
 *
 * @param knownZone An offset that need not be looked at again.
 */
export function parseUsual(record: unknown, knownZone?: string): ParsedReading | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const { WT, ST, DT, Value, Trend } = record as { readonly [K in keyof RawReading]?: unknown };
  if (typeof WT !== "string" || WT !== ST || typeof DT !== "string" || typeof Value !== "number") return undefined;
  const end = WT.length - 1;
  // 15 digits are exact in a number, and earlier than the last date that there is.
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

/** Reads a record that passed the schema. WT is the instant, then ST, then DT; DT alone has the offset (wire-protocol 10.2). */
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

/** Reads any record, or says what is wrong with it. */
export function parseRecord(record: unknown): ParsedReading | readonly Issue[] {
  const issues = issuesOf((recordShape ??= makeRecordShape()), record);
  return issues ?? parseChecked(record as RawReading, parseTrend((record as RawReading).Trend)!);
}

/** A record of which nothing but the trend is unknown: the figure stands, with the name as it came. */
function withUnknownTrend(record: unknown, issues: readonly Issue[]): ParsedReading | undefined {
  if (issues.some((issue) => issue.path[0] !== "Trend")) return undefined;
  const raw = record as RawReading;
  const unknownTrend = TRENDS[8]!;
  const direction = typeof raw.Trend === "string" && raw.Trend ? raw.Trend : unknownTrend.direction;
  return parseChecked(raw, { ...unknownTrend, direction });
}

/** Who is told of bad records, and of how many one by one. */
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
  checkShape((listShape ??= shape<unknown[]>("not a list", Array.isArray)), value, details);
  const readings: ParsedReading[] = [];
  let zone: string | undefined;
  let badCount = 0;
  let firstBeyond: BadRecord | undefined;
  const maxCount = report?.maxCount ?? MAX_COUNT;
  for (let index = 0; index < value.length; index++) {
    const record = value[index];
    // A megabyte of `{}` is 350,000 records: the schema need not say of each what is wrong.
    if (badCount > maxCount && isHopeless(record)) {
      badCount++;
      continue;
    }
    const parsed = parseUsual(record, zone) ?? parseRecord(record);
    if ("json" in parsed) {
      readings.push(parsed);
      zone = parsed.timezone;
      continue;
    }
    const issues = parsed.map(({ code, path, message }) => ({ code, message, path: [index, ...path] }));
    if (!report) throw invalidShape(issues, details);
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

/** Recordings come in order and without doubles; uploaders and late phones promise neither (wire-protocol 10.3). */
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
 * All fields as one string, whatever their order. A field that is itself an object counts as different from any other
 * (by the record's place): it may be nested so deep that writing it out overflows the stack.
 */
function fieldsOf(record: RawReading, place: number): string {
  const fields = Object.entries(record).map(([key, field]) => [key, Object(field) === field ? { place } : field]);
  return JSON.stringify(fields.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)));
}
