import type { Dexcom } from "../../dexcom.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { GlucoseUnit } from "../../glucose.ts";
import { connect } from "../connection.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import { connectionOptions, jsonOption, unitOption, type ConnectionOptions } from "../options.ts";
import { painterFor } from "../paint.ts";
import { readingJson, readingLine } from "../reading-line.ts";
import type { Subcommand } from "../subcommand.ts";
import { toPrintableJson } from "../text.ts";

export interface SingleOptions extends ConnectionOptions {
  readonly unit: GlucoseUnit;
  readonly json?: boolean | undefined;
}

export const singleOptions: Subcommand<SingleOptions>["options"] = [...connectionOptions, unitOption, jsonOption];

/** Reads one reading and prints it, or says that there is none. */
export async function printSingle(
  options: SingleOptions,
  io: Io,
  read: (dexcom: Dexcom) => Promise<GlucoseReading | undefined>,
  none: string,
): Promise<number> {
  const reading = await read(await connect(options, io));
  const now = io.clock.now();
  if (options.json) io.stdout.write(`${toPrintableJson(reading === undefined ? null : readingJson(reading, now))}\n`);
  if (reading === undefined) {
    io.stderr.write(`${none}\n`);
    return EXIT.NO_READING;
  }
  if (!options.json)
    io.stdout.write(`${readingLine(reading, { unit: options.unit, now, paint: painterFor(io.stdout, io.env) })}\n`);
  return EXIT.OK;
}

export const current: Subcommand<SingleOptions> = {
  name: "current",
  summary: "the reading of the last ten minutes (the default)",
  options: singleOptions,
  run: (options, io) =>
    printSingle(
      options,
      io,
      (dexcom) => dexcom.getCurrentGlucoseReading({ signal: io.signal }),
      `No reading in the last ten minutes. \`${io.calledAs} latest\` shows an older one, \`${io.calledAs} doctor\` finds the reason.`,
    ),
};
