import { Option } from "commander";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import type { Dexcom } from "../../dexcom.ts";
import { openReader } from "../connection.ts";
import { PROGRAM } from "../program-name.ts";
import { EXIT, UsageError } from "../exit.ts";
import type { Io } from "../io.ts";
import { connectionOptions, jsonOption, minutesOption, unitOption, wholeNumber } from "../options.ts";
import { MAX_COUNT, MAX_MINUTES } from "../../wire/read-limits.ts";
import { readingColumns, readingJson } from "../reading-line.ts";
import type { Subcommand } from "../subcommand.ts";
import { stripControls, toPrintableJson } from "../text.ts";
import { formatAge, formatOffset } from "../times.ts";
import { momentOf, parseSince, type Since } from "../since.ts";
import type { OutputOptions } from "../single.ts";

interface ReadingsOptions extends OutputOptions {
  readonly minutes: number;
  readonly count: number;
  readonly csv?: boolean | undefined;
  readonly since?: Since | undefined;
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
    new Option("--since <when>", "only later readings: 3h, 1h30m, 2026-01-15T08:00")
      .argParser(parseSince)
      .conflicts("minutes"),
    new Option("--count <n>", "how many at most").argParser(wholeNumber(1, MAX_COUNT)).default(MAX_COUNT),
    unitOption,
    jsonOption,
    new Option("--csv", "print CSV: an instant in UTC, both units").conflicts("json"),
  ],
  async run({ minutes, since, count, unit, json, csv, ...options }, io) {
    const range = since === undefined ? { minutes } : rangeSince(momentOf(since, io.clock.now()), io);
    const { dexcom, recorder } = await openReader(options, io);
    const list = await readRange(dexcom, { ...range, count, signal: io.signal });
    const now = io.clock.now();
    const text = json ? toJson(list, now) : csv ? toCsv(list) : toTable(list, unit, now);
    if (text !== "") io.stdout.write(`${text}\n`);
    await recorder.keepAll(list);
    if (list.length > 0) return EXIT.OK;
    io.stderr.write(`${noReadings(io)}\n`);
    return EXIT.NO_READING;
  },
};

interface Range {
  readonly minutes: number;
  /** Readings up to this moment are left out. */
  readonly after?: Date;
}

/** The service counts from its own time, so ask for a little more and drop what is too old. */
const SPARE_MINUTES = 10;

/** @throws {UsageError} If the moment is in the future. */
function rangeSince(after: Date, { clock, stderr }: Io): Range {
  const minutes = Math.ceil((clock.now() - after.getTime()) / 60_000);
  if (minutes <= 0) throw new UsageError("--since must be in the past.");
  if (minutes > MAX_MINUTES) {
    stderr.write(`${PROGRAM}: the service keeps readings for 24 hours; older ones are missing\n`);
  }
  return { minutes: Math.min(MAX_MINUTES, minutes + SPARE_MINUTES), after };
}

async function readRange(
  dexcom: Dexcom,
  { minutes, after, count, signal }: Range & { readonly count: number; readonly signal: AbortSignal },
): Promise<GlucoseReading[]> {
  const list = await dexcom.getGlucoseReadings(minutes, count, { signal });
  return after === undefined ? list : list.filter(({ datetime }) => datetime > after);
}

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
