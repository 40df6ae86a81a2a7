import { Option } from "commander";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import type { Population } from "../../statistics/targets.ts";
import { findArchive } from "../archive/command-archive.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import {
  accountOptions,
  jsonOption,
  timezoneOption,
  unitOption,
  wholeNumber,
  type ConnectionOptions,
} from "../options.ts";
import { painterFor } from "../paint.ts";
import { asciiOption, isAsciiTerminal, sizeOf, widthOption } from "../screen.ts";
import { readHistory, type History } from "../stats/history.ts";
import type { PageContent } from "../stats/page.ts";
import type { Subcommand } from "../subcommand.ts";
import { toPrintableJson } from "../text.ts";

interface StatsOptions extends ConnectionOptions {
  readonly days: number;
  readonly unit: GlucoseUnit;
  readonly population: Population;
  readonly timezone?: string | undefined;
  readonly width?: number | undefined;
  readonly ascii?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const MIN_WIDTH = 20;
const DEFAULT_DAYS = 14;
const MAX_DAYS = 3660;

export const stats: Subcommand<StatsOptions> = {
  name: "stats",
  summary: "time in range, mean, GMI, episodes and a profile of the day, from the archive",
  options: [
    ...accountOptions,
    new Option("--days <n>", "how far back").argParser(wholeNumber(1, MAX_DAYS)).default(DEFAULT_DAYS),
    new Option("--population <name>", "whose targets apply: diabetes (type 1 and 2), older-or-high-risk or pregnancy")
      .choices(["diabetes", "older-or-high-risk", "pregnancy"])
      .default("diabetes"),
    timezoneOption,
    unitOption,
    widthOption(MIN_WIDTH),
    asciiOption,
    jsonOption,
  ],
  notes: `It reads the archive alone, and sends nothing. A figure that needs more readings says so. In JSON all glucose is in mg/dL.
--timezone is for readings without an offset of their own, such as those of other programs.`,
  async run(options, io) {
    const { days, json, unit, ascii } = options;
    const history = await readStored(options, io);
    if (history.points.length === 0) {
      io.stderr.write(`No readings in the archive for ${days} days. \`${io.calledAs} archive\` shows what it holds.\n`);
      return EXIT.NO_READING;
    }
    const content = await summarizeHistory(history, options);
    if (json) {
      const { summary, hours } = content;
      io.stdout.write(`${toPrintableJson({ days, ...summary, profile: hours }, 2)}\n`);
      return EXIT.OK;
    }
    const { writePage } = await import("../stats/page.ts");
    const style = {
      width: sizeOf(options, io).width,
      unit,
      paint: painterFor(io.stdout, io.env),
      isAscii: ascii ?? isAsciiTerminal(io.env),
    };
    io.stdout.write(`${writePage(content, style)}\n`);
    return EXIT.OK;
  },
};

async function readStored(options: StatsOptions, io: Io): Promise<History> {
  const found = await findArchive(options, io, options.days + 1);
  const now = io.clock.now();
  if (found.state === "absent") return { points: [], from: new Date(now), to: new Date(now), isYounger: true };
  const archive = await found.open();
  try {
    return await readHistory(archive, now, options.days);
  } finally {
    await archive.close();
  }
}

async function summarizeHistory(history: History, { days, population, timezone }: StatsOptions): Promise<PageContent> {
  // Loaded only here: whoever reads does without.
  const [{ summarize }, { profile }, { TARGETS }] = await Promise.all([
    import("../../statistics/summarize.ts"),
    import("../../statistics/profile.ts"),
    import("../../statistics/targets.ts"),
  ]);
  const { points, from, to } = history;
  const window = { from, to, timeZone: timezone };
  return {
    days,
    history,
    summary: summarize(points, { ...window, population }),
    ranges: TARGETS[population].ranges,
    hours: profile(points, window),
  };
}
