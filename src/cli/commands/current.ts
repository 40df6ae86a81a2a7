import { CURRENT_FOR_MS } from "../times.ts";
import type { Subcommand } from "../subcommand.ts";
import { MAX_MINUTES } from "../../wire/read-limits.ts";
import { printSingle, singleOptions, type SingleOptions } from "../single.ts";

const NOTES = `For a status bar:
  dexcom-share-ts current --format '{value} {arrow} {delta} {age}'

{delta} is ? if the reading before is missing. With --stale-after a reading may be as old as that.`;

export const current: Subcommand<SingleOptions> = {
  name: "current",
  summary: "the reading of the last ten minutes (the default)",
  options: singleOptions,
  notes: NOTES,
  run: (options, io) => {
    const minutes = Math.ceil(Math.max(CURRENT_FOR_MS, options.staleAfter ?? 0) / 60_000);
    const none = `No reading in the last ${minutes === 10 ? "ten" : String(minutes)} minutes. \`${io.calledAs} latest\` shows an older one, \`${io.calledAs} doctor\` finds the reason.`;
    return printSingle(options, io, { minutes: Math.min(MAX_MINUTES, minutes), none });
  },
};
