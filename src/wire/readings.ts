import { custom, looseObject, optional, refine, safeParse, array, unknown, type ZodMiniType } from "zod/mini";
import type { ErrorDetails, Issue } from "../errors.ts";
import { parseTrend, TRENDS, type TrendInfo } from "../trend.ts";
import { parseWireDate } from "./dates.ts";
import { invalidShape, parseShape } from "./shape.ts";

/** A record as the service sends it (wire-protocol 3.4). Other keys may be there and are kept. */
export interface RawReading {
  readonly WT?: string;
  readonly ST?: string;
  readonly DT?: string;
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
}

/** 0 to 12 are codes of the receiver ("sensor not active", …), never figures (wire-protocol 12). */
const LAST_STATUS_CODE = 12;

/** The figure in mg/dL, or `undefined`. `null` and `""` are no numbers here, whatever JavaScript makes of them. */
function parseValue(value: unknown): number | undefined {
  const figure = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(figure) && (figure as number) > LAST_STATUS_CODE ? (figure as number) : undefined;
}

let schema: ZodMiniType<RawReading> | undefined;

/** What a record must be. Built on first use: most answers are taken by `parseUsual` and never get here. */
function recordSchema(): ZodMiniType<RawReading> {
  const date = (): ZodMiniType<string | undefined> =>
    optional(custom<string>((value) => parseWireDate(value) !== undefined, "not a date of the service"));
  return (schema ??= looseObject({
    WT: date(),
    ST: date(),
    DT: date(),
    Value: custom<number | string>((value) => parseValue(value) !== undefined, "not a glucose figure in mg/dL"),
    Trend: custom<number | string>((value) => parseTrend(value) !== undefined, "not a trend of the service"),
  }).check(
    refine((record) => (record.WT ?? record.ST ?? record.DT) !== undefined, "without a date"),
  ) as ZodMiniType<RawReading>);
}

/** Today's record, as in every recording since 2023. Holds its own against the schema by a property test. */
export function parseUsual(record: unknown): ParsedReading | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const { WT, ST, DT, Value, Trend } = record as { readonly [K in keyof RawReading]?: unknown };
  // A record with a string, not only a number, for a figure is unusual, and so is a trend that is not a name.
  if (typeof WT !== "string" || WT !== ST || typeof DT !== "string" || typeof Trend !== "string") return undefined;
  if (!/^Date\(\d{1,15}\)$/.test(WT) || !/^[+-][01]\d[0-5]\d\)$/.test(DT.slice(-6))) return undefined;
  if (DT.slice(0, -6) !== WT.slice(0, -1) || typeof Value !== "number") return undefined;
  const mgDl = parseValue(Value);
  const trend = parseTrend(Trend);
  if (mgDl === undefined || trend === undefined) return undefined;
  return { mgDl, trend, time: Number(WT.slice(5, -1)), timezone: DT.slice(-6, -1), json: record as RawReading };
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
  const checked = safeParse(recordSchema(), record);
  if (!checked.success) return checked.error.issues;
  return parseChecked(record as RawReading, parseTrend(checked.data.Trend)!);
}

/** A record of which nothing but the trend is unknown: the figure stands, with the name as it came. */
function withUnknownTrend(record: unknown, issues: readonly Issue[]): ParsedReading | undefined {
  if (issues.some((issue) => issue.path[0] !== "Trend")) return undefined;
  const raw = record as RawReading;
  const unknownTrend = TRENDS[8]!;
  const direction = typeof raw.Trend === "string" && raw.Trend ? raw.Trend : unknownTrend.direction;
  return parseChecked(raw, { ...unknownTrend, direction });
}

/**
 * Reads an answer of readings: newest first, records that are equal in all fields once. A record that breaks a rule
 * fails the whole answer, unless `onBad` is there to be told: then it is left out, or kept where only its trend is unknown.
 *
 * @throws {ServerError} named `"ZodError"`, with `issues`, where the answer is no list or a record breaks a rule.
 */
export function parseReadings(
  value: unknown,
  details: ErrorDetails,
  onBad?: (bad: BadRecord) => void,
): ParsedReading[] {
  const readings: ParsedReading[] = [];
  const list = Array.isArray(value) ? (value as unknown[]) : parseShape(array(unknown()), value, details);
  list.forEach((record, index) => {
    const parsed = parseUsual(record) ?? parseRecord(record);
    if ("json" in parsed) {
      readings.push(parsed);
      return;
    }
    const issues = parsed.map(({ code, path, message }) => ({ code, message, path: [index, ...path] }));
    if (!onBad) throw invalidShape(issues, details);
    const saved = withUnknownTrend(record, parsed);
    if (saved) readings.push(saved);
    onBad({ index, issues, kept: saved !== undefined });
  });
  return newestFirst(readings);
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
