import { csvFormatRows, csvParseRows } from "d3-dsv";
import { ArgumentError } from "../errors.ts";
import { toMmolL } from "../glucose/glucose.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import type { Trend } from "../glucose/trend.ts";
import { assertArgument } from "../validate.ts";
import { pointOf, rowsOf } from "./row.ts";

const COLUMNS = ["datetime", "timezone", "mgDl", "mmolL", "trend", "isAhead"];

/** Writes readings as CSV: the instant in UTC, the offset, both units and the trend. `parseCsv()` reads it back. */
export function formatCsv(points: Iterable<GlucosePoint>): string {
  const rows = Array.from(points, ({ mgDl, datetime, timezone = "", trend = "", isAhead = "" }) =>
    [datetime.toISOString(), timezone, mgDl, toMmolL(mgDl).toFixed(1), trend, isAhead].map(String),
  );
  return `${csvFormatRows([COLUMNS, ...rows])}\n`;
}

/** Reads what `formatCsv()` wrote. @throws {ArgumentError} If it is not that. */
export function parseCsv(text: string): GlucosePoint[] {
  const [header = [], ...rows] = csvParseRows(text.replace(/^\uFEFF/, ""));
  assertArgument(
    ["datetime", "mgDl"].every((name) => header.includes(name)),
    "The CSV must have datetime and mgDl",
  );
  return checked(
    rows.map(
      (cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])) as Partial<Record<string, string>>,
    ),
  );
}

/** Writes readings as lines of JSON. `parseNdjson()` reads them back. */
export function formatNdjson(points: Iterable<GlucosePoint>): string {
  return Array.from(points, ({ mgDl, datetime, timezone, trend, isAhead }) => {
    return `${JSON.stringify({ datetime, mgDl, timezone, trend, isAhead })}\n`;
  }).join("");
}

/** Reads lines of JSON. @throws {ArgumentError} If a line is no reading. */
export function parseNdjson(text: string): GlucosePoint[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return checked(
    lines.map((line, index) => {
      try {
        return Object(JSON.parse(line)) as Partial<Record<string, unknown>>;
      } catch {
        throw new ArgumentError(`Line ${index + 1} is not valid JSON`);
      }
    }),
  );
}

/** Makes readings of loose fields, and checks them. */
function checked(fields: readonly Partial<Record<string, unknown>>[]): GlucosePoint[] {
  const points = fields.map(({ datetime, mgDl, timezone, trend, isAhead }): GlucosePoint => {
    const isInstant = typeof datetime === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(datetime);
    return {
      mgDl: typeof mgDl === "string" && mgDl !== "" ? Number(mgDl) : (mgDl as number),
      datetime: new Date(isInstant ? datetime : NaN),
      timezone: (timezone === "" ? undefined : timezone) as string | undefined,
      trend: (trend === "" || trend === undefined ? undefined : Number(trend)) as Trend | undefined,
      isAhead: isAhead === true || isAhead === "true" ? true : undefined,
    };
  });
  return rowsOf(points).map(pointOf);
}
