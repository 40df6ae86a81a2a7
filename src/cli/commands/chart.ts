import { Option } from "commander";
import { drawChart } from "../chart/draw.ts";
import { connect } from "../connection.ts";
import { EXIT, UsageError } from "../exit.ts";
import type { Io } from "../io.ts";
import {
  connectionOptions,
  minutesOption,
  positiveNumber,
  unitOption,
  wholeNumber,
  type ConnectionOptions,
} from "../options.ts";
import { MAX_COUNT, MAX_MINUTES } from "../../wire/read-limits.ts";
import { painterFor } from "../paint.ts";
import type { Subcommand } from "../subcommand.ts";
import { toMgDl, type Unit } from "../units.ts";
import { noReadings } from "./readings.ts";

interface ChartCommandOptions extends ConnectionOptions {
  readonly minutes: number;
  readonly unit: Unit;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly ascii?: boolean | undefined;
}

/** The band that is usual for most people, in mg/dL. */
const TARGET = { low: 70, high: 180 };
const LEAST_WIDTH = 40;
const LEAST_HEIGHT = 10;
/** Where nothing says how large the picture may be. */
const USUAL_WIDTH = 80;
const USUAL_HEIGHT = 20;

export const chart: Subcommand<ChartCommandOptions> = {
  name: "chart",
  summary: "a picture of the last day",
  options: [
    ...connectionOptions,
    minutesOption(MAX_MINUTES),
    unitOption,
    new Option("--low <figure>", "where the target band begins, in the unit shown (default: 70 mg/dL)").argParser(
      positiveNumber,
    ),
    new Option("--high <figure>", "where it ends (default: 180 mg/dL)").argParser(positiveNumber),
    new Option("--width <columns>", "default: the terminal's").argParser(wholeNumber(LEAST_WIDTH, 1000)),
    new Option("--height <lines>", `default: the terminal's, up to ${String(USUAL_HEIGHT)}`).argParser(
      wholeNumber(LEAST_HEIGHT, 200),
    ),
    new Option("--ascii", "no braille dots and no line drawing"),
  ],
  async run({ minutes, unit, low, high, ascii, ...options }, io) {
    const band = {
      low: low === undefined ? TARGET.low : toMgDl(low, unit),
      high: high === undefined ? TARGET.high : toMgDl(high, unit),
    };
    if (band.low >= band.high) throw new UsageError("--low must be less than --high.");
    if (band.high > 400) throw new UsageError("--high must be no more than 400 mg/dL (22.2 mmol/L).");
    const dexcom = await connect(options, io);
    const readings = await dexcom.getGlucoseReadings(minutes, MAX_COUNT, { signal: io.signal });
    if (readings.length === 0) {
      io.stderr.write(`${noReadings(io)}\n`);
      return EXIT.NO_READING;
    }
    const { width, height } = sizeOf(options, io);
    // The Linux console has no braille.
    const isAscii = ascii ?? ["linux", "dumb"].includes(io.env["TERM"] ?? "");
    const paint = painterFor(io.stdout, io.env);
    const picture = drawChart(readings, width, height, { now: io.clock.now(), minutes, unit, band, paint, isAscii });
    io.stdout.write(`${picture}\n`);
    return EXIT.OK;
  },
};

/** As large as was asked for, else as the terminal has room for; a pipe's reader may say how wide in `COLUMNS`. */
function sizeOf(
  { width, height }: Pick<ChartCommandOptions, "width" | "height">,
  { stdout, env }: Io,
): { width: number; height: number } {
  // 0 where a terminal does not know its own size.
  const columns = stdout.columns || Number(env["COLUMNS"]) || USUAL_WIDTH;
  const rows = stdout.rows ? Math.min(USUAL_HEIGHT, stdout.rows - 2) : USUAL_HEIGHT;
  return { width: width ?? Math.max(LEAST_WIDTH, columns), height: height ?? Math.max(LEAST_HEIGHT, rows) };
}
