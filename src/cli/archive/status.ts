import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import { countOf } from "../counts.ts";
import type { Io } from "../io.ts";
import { toPrintableJson } from "../text.ts";
import { formatDuration, formatLocal } from "../times.ts";
import { wrap, wrapBehind } from "../wrap.ts";
import type { CommandArchive } from "./place.ts";
import { GAP_MS, surveyArchive, type ArchiveGap, type Survey } from "./survey.ts";

const MAX_GAPS_SHOWN = 10;
const EMPTY: Survey = { readings: 0, first: undefined, last: undefined, gaps: [] };

/** Prints where the archive is, how many readings it has, from when to when, and its gaps. */
export async function printStatus(
  found: CommandArchive,
  io: Io,
  { json, width }: { readonly json: boolean; readonly width: number },
): Promise<void> {
  const { state, file } = found;
  const survey = state === "absent" ? EMPTY : await surveyFile(found);
  const text = json ? toJson(survey, { state, file }) : toText(survey, { state, file, width, calledAs: io.calledAs });
  io.stdout.write(`${text}\n`);
}

async function surveyFile(found: CommandArchive): Promise<Survey> {
  const archive = await found.open();
  try {
    return await surveyArchive(archive);
  } finally {
    await archive.close();
  }
}

type Found = Pick<CommandArchive, "state" | "file">;

function toJson({ readings, first, last, gaps }: Survey, { state, file }: Found): string {
  const report = {
    state,
    file,
    readings,
    first: first?.datetime ?? null,
    last: last?.datetime ?? null,
    gaps: gaps.map(({ before, after, ms }) => ({ from: before.datetime, to: after.datetime, minutes: ms / 60_000 })),
  };
  return toPrintableJson(report, 2);
}

function toText(
  { readings, first, last, gaps }: Survey,
  { state, file, width, calledAs }: Found & { readonly width: number; readonly calledAs: string },
): string {
  const hint = {
    on: "on: current, latest, readings, chart and watch keep what they show",
    off: `off: nothing is added. \`${calledAs} archive on\` turns it on`,
    absent: `off: nothing is kept. \`${calledAs} archive on\` turns it on`,
  }[state];
  const lines = [...wrap(`The archive is ${hint}.`, width), file];
  if (state === "absent") return lines.join("\n");
  if (first === undefined || last === undefined) return [...lines, "No readings yet."].join("\n");
  const extent = `${countOf(readings, "reading")}, from ${timeOf(first)} to ${timeOf(last)}.`;
  return [...lines, ...wrap(extent, width), ...gapLines(gaps, width)].join("\n");
}

function gapLines(gaps: readonly ArchiveGap[], width: number): string[] {
  const longerThan = `of more than ${formatDuration(GAP_MS)}`;
  if (gaps.length === 0) return wrap(`No gap ${longerThan}.`, width);
  const total = gaps.reduce((sum, { ms }) => sum + ms, 0);
  const shown = gaps.slice(-MAX_GAPS_SHOWN);
  const which = shown.length < gaps.length ? `; the last ${MAX_GAPS_SHOWN}` : "";
  return [
    ...wrap(`${countOf(gaps.length, "gap")} ${longerThan}, ${formatDuration(total)} in all${which}:`, width),
    ...shown.flatMap(({ before, ms }) =>
      wrapBehind("", `${timeOf(before)}  ${formatDuration(ms)}`, { width, indent: 2 }),
    ),
  ];
}

/** Writes the wearer's local date and time to the minute. */
function timeOf({ datetime, timezone }: GlucosePoint): string {
  return formatLocal(datetime, timezone).slice(0, 16);
}
