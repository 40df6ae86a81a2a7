import type { EpisodeKind } from "../../statistics/episodes.ts";
import type { Measure } from "../../statistics/measure.ts";
import type { ProfileHour } from "../../statistics/profile.ts";
import type { GlucoseRanges } from "../../statistics/ranges.ts";
import type { GlucoseSummary } from "../../statistics/summarize.ts";
import { countOf } from "../counts.ts";
import { formatLocal } from "../times.ts";
import { wrap, wrapBehind } from "../wrap.ts";
import type { History } from "./history.ts";
import { drawProfile } from "./profile-chart.ts";
import { drawRanges, figure, listTargets } from "./range-bars.ts";
import { explainMissing } from "./reasons.ts";
import type { PageStyle } from "./style.ts";

const LABEL_WIDTH = 11;
/** Goal of the consensus for the coefficient of variation, in per cent. */
const CV_GOAL = 36;

const EPISODE_NAMES: Readonly<Record<EpisodeKind, string>> = {
  low: "low",
  veryLow: "very low",
  extendedLow: "extended low",
  high: "high",
  veryHigh: "very high",
  extendedHigh: "extended high",
};

/** Everything that a page shows. */
export interface PageContent {
  readonly days: number;
  readonly history: History;
  readonly summary: GlucoseSummary;
  readonly ranges: GlucoseRanges;
  readonly hours: readonly ProfileHour[];
}

/** Writes the page of the statistics. No line is longer than the width, if no word is. */
export function writePage({ days, history, summary, ranges, hours }: PageContent, style: PageStyle): string {
  const { width, paint } = style;
  const strong = (text: string): string[] => wrap(text, width).map((line) => paint("strong", line));
  const sections = [
    [...strong(`Glucose of ${countOf(days, "day")}`), ...wrap(describeHistory(history, summary), width)],
    [
      ...strong(`Time in range, ${style.unit}`),
      ...drawRanges(summary, ranges, style),
      ...listTargets(summary, style, ranges),
    ],
    [...strong("Figures"), ...figureLines(summary, style)],
    [...strong("Profile by time of day"), ...profileLines(hours, style, ranges)],
    wrap("Not for treatment decisions. GMI is a formula of the mean, and no laboratory HbA1c.", width).map((line) =>
      paint("faint", line),
    ),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function describeHistory(
  { points, isYounger }: History,
  { readings, completeness, lowReadings, highReadings }: GlucoseSummary,
): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  const dateOf = (point: typeof first): string => formatLocal(point.datetime, point.timezone).slice(0, 10);
  const recorded = completeness.value === undefined ? "" : `, ${Math.floor(completeness.value * 100)} % of the time`;
  const limits = [
    ...(lowReadings > 0 ? [`${lowReadings} LOW`] : []),
    ...(highReadings > 0 ? [`${highReadings} HIGH`] : []),
  ];
  return [
    `${dateOf(first)} to ${dateOf(last)}: ${countOf(readings, "reading")}${recorded}.`,
    ...(isYounger ? ["The archive begins there."] : []),
    ...(limits.length === 0 ? [] : [`${limits.join(" and ")} count as 39 and 401 mg/dL.`]),
  ].join(" ");
}

function figureLines(summary: GlucoseSummary, { width, unit }: PageStyle): string[] {
  const { meanMgDl, sdMgDl, cvPercent, gmiPercent, gmiMmolMol, gri } = summary;
  const line = (label: string, text: string): string[] => wrapBehind(label, text, { width, indent: LABEL_WIDTH });
  return [
    ...line(
      "mean",
      say(meanMgDl, (mean) => `${figure(mean, unit)} ${unit}`),
    ),
    ...line(
      "SD",
      say(sdMgDl, (sd) => `${figure(sd, unit)} ${unit}`),
    ),
    ...line(
      "CV",
      say(cvPercent, (cv) => `${cv.toFixed(1)} %, goal up to ${CV_GOAL} %: ${cv <= CV_GOAL ? "met" : "not met"}`),
    ),
    ...line(
      "GMI",
      say(gmiPercent, (gmi) => `${gmi.toFixed(1)} %, ${gmiMmolMol.value!.toFixed(0)} mmol/mol`),
    ),
    ...line(
      "GRI",
      say(gri, ({ score, zone }) => `${score.toFixed(0)}, zone ${zone}`),
    ),
    ...line("episodes", episodesText(summary)),
  ];
}

function say<T>(measured: Measure<T>, write: (value: T) => string): string {
  return measured.missing === undefined ? write(measured.value) : `none: ${explainMissing(measured)}`;
}

function episodesText({ episodes, intervalMs }: GlucoseSummary): string {
  if (intervalMs.missing !== undefined) return `not counted: ${explainMissing(intervalMs)}`;
  const kinds = Object.entries(episodes.byKind) as [EpisodeKind, (typeof episodes.byKind)[EpisodeKind]][];
  const found = kinds.filter(([, { count }]) => count > 0);
  if (found.length === 0) return "no low and no high";
  return found
    .map(
      ([kind, { count, meanDurationMinutes }]) =>
        `${count} ${EPISODE_NAMES[kind]} (${meanDurationMinutes!.toFixed(0)} min)`,
    )
    .join(", ");
}

function profileLines(
  hours: readonly ProfileHour[],
  style: PageStyle,
  { lowBelow, highAbove }: GlucoseRanges,
): string[] {
  const missing = hours.flatMap(({ quantilesMgDl }) => (quantilesMgDl.missing === undefined ? [] : [quantilesMgDl]));
  if (missing.length === hours.length) {
    const nearest = missing.reduce((best, other) => (other.have > best.have ? other : best));
    return wrap(`None: ${explainMissing(nearest)}.`, style.width);
  }
  const legend = style.isAscii
    ? "= median, : half, . nine tenths of the readings"
    : "━ median, ▓ half, ░ nine tenths of the readings";
  return [...drawProfile(hours, style, { low: lowBelow, high: highAbove }), ...wrap(legend, style.width)];
}
