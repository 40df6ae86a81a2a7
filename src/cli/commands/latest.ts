import type { Subcommand } from "../subcommand.ts";
import { MAX_MINUTES } from "../../wire/read-limits.ts";
import { printSingle, singleOptions, type SingleOptions } from "../single.ts";
import { noReadings } from "./readings.ts";

export const latest: Subcommand<SingleOptions> = {
  name: "latest",
  summary: "the newest reading of the last 24 hours, however old",
  options: singleOptions,
  run: (options, io) => printSingle(options, io, { minutes: MAX_MINUTES, none: noReadings(io) }),
};
