import { Option } from "commander";
import type { ChartBand } from "../../chart/options.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { drawChart } from "../chart/draw.ts";
import { openReader } from "../connection.ts";
import { EXIT, UsageError } from "../exit.ts";
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
import { asciiOption, DEFAULT_HEIGHT, isAsciiTerminal, sizeOf, widthOption } from "../screen.ts";
import type { Subcommand } from "../subcommand.ts";
import { toMgDl } from "../units.ts";
import { noReadings } from "./readings.ts";

interface ChartCommandOptions extends ConnectionOptions {
  readonly minutes: number;
  readonly unit: GlucoseUnit;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly ascii?: boolean | undefined;
}

/** Usual target range, in mg/dL. */
const TARGET = { low: 70, high: 180 };
const MIN_WIDTH = 10;

export const chart: Subcommand<ChartCommandOptions> = {
  name: "chart",
  summary: "a picture of the last day",
  options: [
    ...connectionOptions,
    minutesOption(MAX_MINUTES),
    unitOption,
    new Option("--low <figure>", "lower end of the target range, in the unit shown (default: 70 mg/dL)").argParser(
      positiveNumber,
    ),
    new Option("--high <figure>", "upper end of the target range (default: 180 mg/dL)").argParser(positiveNumber),
    widthOption(MIN_WIDTH),
    new Option("--height <lines>", `default: the terminal's, or LINES, or ${String(DEFAULT_HEIGHT)}`).argParser(
      wholeNumber(1, 200),
    ),
    asciiOption,
  ],
  async run({ minutes, unit, low, high, ascii, ...options }, io) {
    const band = bandOf({ low, high, unit });
    const { dexcom, recorder } = await openReader(options, io);
    const readings = await dexcom.getGlucoseReadings(minutes, MAX_COUNT, { signal: io.signal });
    if (readings.length === 0) {
      io.stderr.write(`${noReadings(io)}\n`);
      return EXIT.NO_READING;
    }
    const paint = painterFor(io.stdout, io.env);
    const isAscii = ascii ?? isAsciiTerminal(io.env);
    const picture = drawChart(readings, {
      ...sizeOf(options, io),
      now: io.clock.now(),
      minutes,
      unit,
      band,
      paint,
      isAscii,
    });
    io.stdout.write(`${picture}\n`);
    await recorder.keepAll(readings);
    return EXIT.OK;
  },
};

/** @throws {UsageError} If the limits are not in the range of a sensor, or the wrong way round. */
function bandOf({ low, high, unit }: Pick<ChartCommandOptions, "low" | "high" | "unit">): ChartBand {
  const band = {
    low: low === undefined ? TARGET.low : toMgDl(low, unit),
    high: high === undefined ? TARGET.high : toMgDl(high, unit),
  };
  if (band.low >= band.high) throw new UsageError("--low must be less than --high.");
  // A limit of 2.2 or 22.2 mmol/L is one tenth of a mg/dL outside of the range.
  if (band.low < 39.5) throw new UsageError("--low must be at least 40 mg/dL (2.2 mmol/L).");
  if (band.high > 400.5) throw new UsageError("--high must be no more than 400 mg/dL (22.2 mmol/L).");
  return band;
}
