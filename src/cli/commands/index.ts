import type { Subcommand } from "../subcommand.ts";
import { chart } from "./chart.ts";
import { current } from "./current.ts";
import { doctor } from "./doctor.ts";
import { followers } from "./followers.ts";
import { latest } from "./latest.ts";
import { readings } from "./readings.ts";
import { simulate } from "./simulate.ts";
import { watch } from "./watch.ts";

/** All subcommands, in the order of the help. The first is what is done where none is named. */
export const SUBCOMMANDS: readonly Subcommand<never>[] = [
  current,
  latest,
  readings,
  watch,
  chart,
  followers,
  simulate,
  doctor,
];
