import { csvFormatRow, csvParseRows } from "d3-dsv";
import { ArgumentError } from "../errors.ts";
import { toMmolL } from "../glucose/glucose.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import type { Trend } from "../glucose/trend.ts";
import { assertArgument } from "../validate.ts";
import { pointOf, rowsOf } from "./row.ts";

/** Form of readings as text: a header, then a line for each. */
export interface LineForm {
  readonly header: string;
  readonly line: (point: GlucosePoint, index: number) => string;
}

export const CSV_FORM: LineForm = {
  header: "datetime,timezone,mgDl,mmolL,trend,isAhead\n",
  line({ mgDl, datetime, timezone = "", trend = "", isAhead = "" }) {
    const cells = [datetime.toISOString(), timezone, mgDl, toMmolL(mgDl).toFixed(1), trend, isAhead];
    return `${csvFormatRow(cells.map(String))}\n`;
  },
};

export const NDJSON_FORM: LineForm = {
  header: "",
  line: ({ mgDl, datetime, timezone, trend, isAhead }) =>
    `${JSON.stringify({ datetime, mgDl, timezone, trend, isAhead })}\n`,
};

export function formatLines(points: Iterable<GlucosePoint>, { header, line }: LineForm): string {
  return header + Array.from(points, line).join("");
}

/** Writes readings as CSV: the instant in UTC, the offset, both units and the trend. `parseCsv()` reads it back. */
export function formatCsv(points: Iterable<GlucosePoint>): string {
  return formatLines(points, CSV_FORM);
}

/** Reads what `formatCsv()` wrote. @throws {ArgumentError} If the text is not such a CSV. */
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
  return formatLines(points, NDJSON_FORM);
}

/** Reads lines of JSON. @throws {ArgumentError} If a line is not a reading. The message names the line. */
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
