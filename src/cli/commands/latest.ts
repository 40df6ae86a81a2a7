import type { Subcommand } from "../subcommand.ts";
import { printSingle, singleOptions, type SingleOptions } from "./current.ts";
import { noReadings } from "./readings.ts";

export const latest: Subcommand<SingleOptions> = {
  name: "latest",
  summary: "the newest reading of the last 24 hours, however old",
  options: singleOptions,
  run: (options, io) =>
    printSingle(options, io, (dexcom) => dexcom.getLatestGlucoseReading({ signal: io.signal }), noReadings(io)),
};
