import { replay, type ReplayReport } from "../../alarms/replay.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { findArchive } from "../archive/command-archive.ts";
import { countOf } from "../counts.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import type { ConnectionOptions } from "../options.ts";
import { readHistory } from "../stats/history.ts";
import { toPrintableJson } from "../text.ts";
import { formatDuration } from "../times.ts";
import { findQuieter, formatSetting, medianWarning, type Quieter } from "./quieter.ts";
import { readRules } from "./rules-file.ts";

export interface ReplayOptions extends ConnectionOptions {
  readonly unit: GlucoseUnit;
  readonly days: number;
  readonly rules?: string | undefined;
  readonly json?: boolean | undefined;
}

const MINUTE_MS = 60_000;

/** Plays the readings of the archive to the rules and prints what would have rung. Returns the exit code. */
export async function replayCommand(options: ReplayOptions, io: Io): Promise<number> {
  const { days, json } = options;
  const set = await readRules(options.rules ?? true, options.unit);
  const points = await readPoints(options, io);
  if (points.length === 0) {
    io.stderr.write(`No readings in the archive for ${days} days. \`${io.calledAs} archive\` shows what it holds.\n`);
    return EXIT.NO_READING;
  }
  const report = replay(set.rules, points, { unit: set.unit });
  const quieter = findQuieter(set, points, report);
  const text = json ? toPrintableJson({ ...report, quieter }, 2) : writeReport(report, quieter, set.unit);
  io.stdout.write(`${text}\n`);
  return EXIT.OK;
}

async function readPoints(options: ReplayOptions, io: Io): Promise<readonly GlucosePoint[]> {
  const found = await findArchive(options, io, options.days);
  if (found.state === "absent") return [];
  const archive = await found.open();
  try {
    return (await readHistory(archive, io.clock.now(), options.days)).points;
  } finally {
    await archive.close();
  }
}

/** Table of the rules, the lows, and the changes that would have been quieter. */
function writeReport(report: ReplayReport, quieter: readonly Quieter[], unit: GlucoseUnit): string {
  const { from, to, readings, longestGapMinutes, lows } = report;
  const days = Math.round((to!.getTime() - from!.getTime()) / 86_400_000);
  const gap = formatDuration(longestGapMinutes * MINUTE_MS);
  return [
    `${countOf(readings, "reading")} in ${countOf(days, "day")}, longest gap ${gap}`,
    "",
    ...tableOf(report),
    "",
    lowsLine(lows, report),
    ...quieterLines(quieter, unit),
  ].join("\n");
}

function tableOf({ rules }: ReplayReport): string[] {
  const head = ["rule", "alarms", "reminders", "rings a week", "false", "pressure", "longest silence"];
  const rows = rules.map(({ rule, raised, reminders, ringsPerWeek, falseAlarms, compressionLows, ...rest }) => [
    rule,
    String(raised),
    String(reminders),
    ringsPerWeek.toFixed(1),
    falseAlarms === undefined ? "" : String(falseAlarms),
    compressionLows === 0 ? "" : String(compressionLows),
    raised === 0 ? "" : formatDuration(rest.longestSilenceMinutes * MINUTE_MS),
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}

function lowsLine(lows: ReplayReport["lows"], report: ReplayReport): string {
  if (lows.length === 0) return "No lows.";
  const unwarned = lows.filter(({ rule }) => rule === undefined).length;
  const none = unwarned === 0 ? "" : `, ${unwarned} without an alarm`;
  return `${countOf(lows.length, "low")}${none}; first alarm ${warningText(medianWarning(report))} (median)`;
}

function warningText(minutes: number): string {
  return minutes < 0 ? `${-minutes} min after the start` : `${minutes} min before the start`;
}

function quieterLines(quieter: readonly Quieter[], unit: GlucoseUnit): string[] {
  if (quieter.length === 0) return [];
  const lines = quieter.map(({ rule, setting, from, to, savedPerWeek, warningChange, unwarned }) => {
    const change = `${rule}.${setting} ${formatSetting(setting, to, unit)} in place of ${formatSetting(setting, from, unit)}`;
    const later = warningChange < 0 ? `, warning ${-warningChange} min shorter` : "";
    const lost = unwarned > 0 ? `, ${countOf(unwarned, "low")} without an alarm` : "";
    return `  ${change}: ${savedPerWeek.toFixed(1)} rings a week fewer${later}${lost}`;
  });
  return ["", "Quieter, at the price of later alarms:", ...lines];
}
