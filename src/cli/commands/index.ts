import type { Subcommand } from "../subcommand.ts";
import { alarms } from "./alarms.ts";
import { archive } from "./archive.ts";
import { chart } from "./chart.ts";
import { makeCompletion } from "./completion.ts";
import { current } from "./current.ts";
import { doctor } from "./doctor.ts";
import { fleet } from "./fleet.ts";
import { followers } from "./followers.ts";
import { latest } from "./latest.ts";
import { readings } from "./readings.ts";
import { serve } from "./serve.ts";
import { simulate } from "./simulate.ts";
import { stats } from "./stats.ts";
import { upload } from "./upload.ts";
import { watch } from "./watch.ts";

const OTHERS: readonly Subcommand<never>[] = [
  current,
  latest,
  readings,
  watch,
  alarms,
  chart,
  stats,
  archive,
  followers,
  upload,
  serve,
  simulate,
  fleet,
  doctor,
];

/** Subcommands in the order of the help. The first one is the default. */
export const SUBCOMMANDS: readonly Subcommand<never>[] = [...OTHERS, makeCompletion(OTHERS)];
