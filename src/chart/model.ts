import { READING_INTERVAL_MS } from "../glucose/cadence.ts";
import { levelOf, type GlucoseLevel } from "../glucose/glucose.ts";
import { parseOffset } from "../glucose/local-time.ts";
import { assertArgument } from "../validate.ts";
import type { ChartBand, ChartPoint } from "./options.ts";

/** A reading as a chart places it. */
export interface Mark {
  readonly time: number;
  readonly mgDl: number;
  readonly level: GlucoseLevel;
  /** The wearer's offset in minutes; `undefined` if the point has no offset. */
  readonly offset: number | undefined;
}

/** Time that a chart shows, in milliseconds since the Unix epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Content of a chart of some hours, for every renderer. */
export interface Timeline {
  readonly span: Span;
  /** Oldest first, within the span. */
  readonly marks: readonly Mark[];
  /** Runs of figures without a gap. LOW and HIGH are no figures: they end a run. */
  readonly runs: readonly (readonly Mark[])[];
  readonly newest: Mark | undefined;
  /** Largest figure of the runs; 0 without a run. */
  readonly maxMgDl: number;
  readonly hasLow: boolean;
  readonly hasHigh: boolean;
}

/** Position of a figure relative to the target range. */
export type Zone = "low" | "in-range" | "high";

/** Longest time between two marks that a line connects: a reading may be late, but no reading is missing. */
const CONNECTED_MS = READING_INTERVAL_MS * 1.5;

/** Checks and sorts points, oldest first. @throws {ArgumentError} If a point has no figure or no instant. */
export function toMarks(points: readonly ChartPoint[]): Mark[] {
  const isList: boolean = Array.isArray(points);
  assertArgument(isList, "points must be an array");
  return points
    .map(({ mgDl, datetime, timezone }, index): Mark => {
      const time = datetime instanceof Date ? datetime.getTime() : NaN;
      assertArgument(Number.isFinite(time), `points[${index}].datetime must be a valid Date`);
      assertArgument(Number.isFinite(mgDl) && mgDl > 0, `points[${index}].mgDl must be a number above 0`);
      return { time, mgDl, level: levelOf(mgDl), offset: parseOffset(timezone) };
    })
    .sort((a, b) => a.time - b.time);
}

/** Builds the timeline that ends at `now`, or at a newer mark: a slow clock must not hide the newest one. */
export function makeTimeline(all: readonly Mark[], now: number, durationMs: number): Timeline {
  const to = Math.max(now, all.at(-1)?.time ?? now);
  const span = { from: to - durationMs, to };
  const marks = all.filter(({ time }) => time >= span.from);
  const runs = toRuns(marks);
  return {
    span,
    marks,
    runs,
    newest: marks.at(-1),
    maxMgDl: runs.flat().reduce((most, { mgDl }) => Math.max(most, mgDl), 0),
    hasLow: marks.some(({ level }) => level === "low"),
    hasHigh: marks.some(({ level }) => level === "high"),
  };
}

export function zoneOf(mgDl: number, { low, high }: ChartBand): Zone {
  if (mgDl < low) return "low";
  return mgDl > high ? "high" : "in-range";
}

/** Returns how far along the time axis an instant is, from 0 to 1. */
export function timeShare({ from, to }: Span, time: number): number {
  return (time - from) / (to - from);
}

function toRuns(marks: readonly Mark[]): Mark[][] {
  const runs: Mark[][] = [];
  let last: Mark | undefined;
  for (const mark of marks) {
    if (mark.level === "in-range") {
      const isConnected = last?.level === "in-range" && mark.time - last.time <= CONNECTED_MS;
      if (isConnected) runs.at(-1)!.push(mark);
      else runs.push([mark]);
    }
    last = mark;
  }
  return runs;
}

/** Counts the times between two marks at which readings are missing. */
export function countGaps(marks: readonly Mark[]): number {
  return marks.filter((mark, index) => index > 0 && mark.time - marks[index - 1]!.time > CONNECTED_MS).length;
}
