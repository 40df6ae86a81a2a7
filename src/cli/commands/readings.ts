import { Option } from "commander";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { GlucoseUnit } from "../../glucose.ts";
import { connect } from "../connection.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import { connectionOptions, jsonOption, minutesOption, unitOption, wholeNumber } from "../options.ts";
import { MAX_COUNT, MAX_MINUTES } from "../../wire/read-limits.ts";
import { readingColumns, readingJson } from "../reading-line.ts";
import type { Subcommand } from "../subcommand.ts";
import { stripControls, toPrintableJson } from "../text.ts";
import { formatAge, formatOffset } from "../times.ts";
import type { SingleOptions } from "./current.ts";

interface ReadingsOptions extends SingleOptions {
  readonly minutes: number;
  readonly count: number;
  readonly csv?: boolean | undefined;
}

export function noReadings({ calledAs }: Io): string {
  return `No readings in that time. The service returns the same if sharing is off or no follower is invited. \`${calledAs} doctor\` finds the reason.`;
}

export const readings: Subcommand<ReadingsOptions> = {
  name: "readings",
  summary: "readings, newest first",
  options: [
    ...connectionOptions,
    minutesOption(MAX_MINUTES),
    new Option("--count <n>", "how many at most").argParser(wholeNumber(1, MAX_COUNT)).default(MAX_COUNT),
    unitOption,
    jsonOption,
    new Option("--csv", "print CSV: an instant in UTC, both units").conflicts("json"),
  ],
  async run({ minutes, count, unit, json, csv, ...options }, io) {
    const dexcom = await connect(options, io);
    const list = await dexcom.getGlucoseReadings(minutes, count, { signal: io.signal });
    const now = io.clock.now();
    const text = json ? toJson(list, now) : csv ? toCsv(list) : toTable(list, unit, now);
    if (text !== "") io.stdout.write(`${text}\n`);
    if (list.length > 0) return EXIT.OK;
    io.stderr.write(`${noReadings(io)}\n`);
    return EXIT.NO_READING;
  },
};

function toJson(list: readonly GlucoseReading[], now: number): string {
  return toPrintableJson(
    list.map((reading) => readingJson(reading, now)),
    2,
  );
}

/** A line for each, in columns. */
function toTable(list: readonly GlucoseReading[], unit: GlucoseUnit, now: number): string {
  const rows = list.map((reading) => [...readingColumns(reading, unit), formatAge(reading.ageMs(now))]);
  return rows.map((row) => row.join("  ")).join("\n");
}

const CSV_COLUMNS = ["datetime", "timezone", "mgDl", "mmolL", "level", "trend", "trendDirection"] as const;

function toCsv(list: readonly GlucoseReading[]): string {
  const rows = list.map((reading) => {
    const { datetime, timezone } = reading;
    const fields = {
      ...reading.toJSON(),
      datetime: datetime.toISOString(),
      timezone: timezone && formatOffset(timezone),
    };
    return CSV_COLUMNS.map((column) => stripControls(String(fields[column] ?? ""))).join(",");
  });
  return [CSV_COLUMNS.join(","), ...rows].join("\n");
}
