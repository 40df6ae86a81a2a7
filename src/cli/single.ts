import { Option } from "commander";
import type { Dexcom } from "../dexcom.ts";
import type { GlucoseReading } from "../glucose-reading.ts";
import type { GlucoseUnit } from "../glucose/glucose.ts";
import { MAX_MINUTES } from "../wire/read-limits.ts";
import { openReader } from "./connection.ts";
import { EXIT } from "./exit.ts";
import type { Io } from "./io.ts";
import { connectionOptions, jsonOption, unitOption, type ConnectionOptions } from "./options.ts";
import { painterFor } from "./paint.ts";
import { readingJson, readingLine } from "./reading-line.ts";
import { parseDuration } from "./since.ts";
import { needsPrevious, parseFormat, PLACEHOLDER_NAMES, writeStatusLine } from "./status-line.ts";
import type { Subcommand } from "./subcommand.ts";
import { stripControls, toPrintableJson } from "./text.ts";
import { CURRENT_FOR_MS } from "./times.ts";

/** Options of a subcommand that prints readings in a unit, or as JSON. */
export interface OutputOptions extends ConnectionOptions {
  readonly unit: GlucoseUnit;
  readonly json?: boolean | undefined;
}

export const outputOptions: Subcommand<OutputOptions>["options"] = [...connectionOptions, unitOption, jsonOption];

/** Options of a subcommand that prints one reading. */
export interface SingleOptions extends OutputOptions {
  readonly format?: string | undefined;
  /** In milliseconds. */
  readonly staleAfter?: number | undefined;
}

export const singleOptions: Subcommand<SingleOptions>["options"] = [
  ...outputOptions,
  new Option("--format <text>", `print this, with ${PLACEHOLDER_NAMES.map((name) => `{${name}}`).join(" ")}`)
    .argParser(parseFormat)
    .conflicts("json"),
  new Option(
    "--stale-after <time>",
    "exit with 4 if the reading is older than that, such as 15m (default: it is marked after 10 min)",
  ).argParser(parseDuration),
];

/** Query of a subcommand for one reading, and its message if there is no reading. */
export interface SingleQuery {
  /** Length of the window in minutes. */
  readonly minutes: number;
  readonly none: string;
}

/** Reads one reading and prints it, or says that there is no reading. */
export async function printSingle(options: SingleOptions, io: Io, { minutes, none }: SingleQuery): Promise<number> {
  const { unit, format, staleAfter = CURRENT_FOR_MS } = options;
  const { dexcom, recorder } = await openReader(options, io);
  const { signal } = io;
  const hasPrevious = format !== undefined && needsPrevious(format);
  const list = await dexcom.getGlucoseReadings(minutes, hasPrevious ? 2 : 1, { signal });
  const [reading, second] = list;
  const now = io.clock.now();
  if (options.json) io.stdout.write(`${toPrintableJson(reading === undefined ? null : readingJson(reading, now))}\n`);
  if (reading === undefined) {
    io.stderr.write(`${none}\n`);
    return EXIT.NO_READING;
  }
  const isStale = reading.isStale(now, staleAfter);
  if (format !== undefined) {
    const previous = hasPrevious ? (second ?? (await readPrevious(dexcom, reading, { minutes, signal }))) : undefined;
    const line = writeStatusLine(format, { reading, previous, unit, now, isStale });
    io.stdout.write(`${stripControls(line)}\n`);
  } else if (!options.json) {
    const paint = painterFor(io.stdout, io.env);
    io.stdout.write(`${readingLine(reading, { unit, now, paint, currentForMs: staleAfter })}\n`);
  }
  await recorder.keepAll(list);
  return isStale && options.staleAfter !== undefined ? EXIT.STALE : EXIT.OK;
}

/** Longest time between two readings whose difference is a change, in minutes. */
const DELTA_MINUTES = 10;

/** Reads the reading before `reading`, which may be just outside of the time that was asked for. */
async function readPrevious(
  dexcom: Dexcom,
  reading: GlucoseReading,
  { minutes, signal }: { readonly minutes: number; readonly signal: AbortSignal },
): Promise<GlucoseReading | undefined> {
  if (minutes >= MAX_MINUTES) return undefined;
  const wider = Math.min(MAX_MINUTES, minutes + DELTA_MINUTES);
  const list = await dexcom.getGlucoseReadings(wider, 3, { signal });
  return list.find(({ datetime }) => datetime < reading.datetime);
}
