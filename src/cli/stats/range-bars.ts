import { toMmolL, type GlucoseUnit } from "../../glucose/glucose.ts";
import type { GlucoseSummary } from "../../statistics/summarize.ts";
import type { ByRange, GlucoseRanges } from "../../statistics/ranges.ts";
import type { TargetedShare } from "../../statistics/targets.ts";
import type { Tone } from "../paint.ts";
import { wrapBehind } from "../wrap.ts";
import type { PageStyle } from "./style.ts";
import { explainMissing } from "./reasons.ts";

interface RangeRow {
  readonly share: keyof ByRange;
  readonly name: string;
  readonly limits: string;
  readonly tone: Tone;
}

const NAME_WIDTH = 11;
const LIMITS_WIDTH = 11;
const PERCENT_WIDTH = 7;
/** Widths from which a row has its limits, and its bar. */
const MIN_WIDTH_WITH_LIMITS = 30;
const MIN_WIDTH_WITH_BAR = 40;
const MAX_BAR = 100;

/** Draws a bar for each range, from very high to very low. */
export function drawRanges(summary: GlucoseSummary, ranges: GlucoseRanges, style: PageStyle): string[] {
  const { width, paint, isAscii } = style;
  const { value, missing } = summary.rangePercent;
  if (missing !== undefined) {
    return wrapBehind("", `No time in range: ${explainMissing(summary.rangePercent)}.`, { width, indent: 0 });
  }
  const hasLimits = width >= MIN_WIDTH_WITH_LIMITS;
  const left = NAME_WIDTH + (hasLimits ? LIMITS_WIDTH : 0) + PERCENT_WIDTH;
  const room = width >= MIN_WIDTH_WITH_BAR ? Math.min(MAX_BAR, width - left - 2) : 0;
  return rowsOf(ranges, style.unit).map(({ share, name, limits, tone }) => {
    const percent = value[share] ?? 0;
    const text = name.padEnd(NAME_WIDTH) + (hasLimits ? limits.padEnd(LIMITS_WIDTH) : "") + percentText(percent);
    // The smallest share is still seen.
    const length = percent === 0 ? 0 : Math.max(1, Math.round((percent / 100) * room));
    return room === 0 || length === 0 ? text : `${text}  ${paint(tone, (isAscii ? "#" : "█").repeat(length))}`;
  });
}

function rowsOf(ranges: GlucoseRanges, unit: GlucoseUnit): RangeRow[] {
  const { veryLowBelow, lowBelow, highAbove, veryHighAbove } = ranges;
  const step = unit === "mg/dL" ? 1 : 0.1;
  const write = (mgDl: number, steps = 0): string => figure(mgDl, unit, steps * step);
  const high = veryHighAbove === undefined ? `> ${write(highAbove)}` : `${write(highAbove, 1)}-${write(veryHighAbove)}`;
  return [
    ...(veryHighAbove === undefined
      ? []
      : [{ share: "veryHigh", name: "very high", limits: `> ${write(veryHighAbove)}`, tone: "high" } as const]),
    { share: "high", name: "high", limits: high, tone: "high" },
    { share: "inRange", name: "in range", limits: `${write(lowBelow)}-${write(highAbove)}`, tone: "in-range" },
    { share: "low", name: "low", limits: `${write(veryLowBelow)}-${write(lowBelow, -1)}`, tone: "low" },
    { share: "veryLow", name: "very low", limits: `< ${write(veryLowBelow)}`, tone: "low" },
  ];
}

/** Lists the targets of the population, and which are met. */
export function listTargets(
  summary: GlucoseSummary,
  { width, paint, unit }: PageStyle,
  ranges: GlucoseRanges,
): string[] {
  const { value, missing } = summary.targets;
  if (missing !== undefined) {
    return wrapBehind("targets", `not compared: ${explainMissing(summary.targets)}`, { width, indent: NAME_WIDTH });
  }
  const names: Record<TargetedShare, string> = {
    inRange: "in range",
    below: `below ${figure(ranges.lowBelow, unit)}`,
    veryLow: "very low",
    above: `above ${figure(ranges.highAbove, unit)}`,
    veryHigh: "very high",
  };
  const lines = value.flatMap(({ share, comparison, percent, actualPercent, isMet }) => {
    const text = `${names[share]} ${percentText(actualPercent).trimStart()}, goal ${comparison} ${percent} %`;
    return wrapBehind(isMet ? "met" : "not met", text, { width, indent: NAME_WIDTH }).map((line, index) =>
      index === 0 && !isMet ? paint("warning", line.slice(0, NAME_WIDTH)) + line.slice(NAME_WIDTH) : line,
    );
  });
  return lines;
}

function percentText(percent: number): string {
  return `${percent.toFixed(1)} %`.padStart(PERCENT_WIDTH);
}

/** Writes a figure without its unit. */
export function figure(mgDl: number, unit: GlucoseUnit, more = 0): string {
  return unit === "mmol/L" ? (toMmolL(mgDl) + more).toFixed(1) : String(Math.round(mgDl + more));
}
