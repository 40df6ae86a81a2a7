import { formatGlucose } from "../glucose/glucose.ts";
import { countGaps, makeTimeline, type Mark } from "./model.ts";
import type { ResolvedChartOptions } from "./options.ts";
import { formatUtcOffset } from "./time-axis.ts";

/** Says in words what the picture shows, for whoever cannot see it. */
export function describeChart(all: readonly Mark[], { view, now, hours, unit }: ResolvedChartOptions): string {
  const marks = view === "profile" ? all : makeTimeline(all, now, hours * 3_600_000).marks;
  const newest = marks.at(-1);
  if (newest === undefined) return "No readings.";
  const format = (mgDl: number): string => formatGlucose(mgDl, unit, { unitLabel: true });
  const figures = marks.map(({ mgDl }) => mgDl);
  const least = figures.reduce((low, mgDl) => Math.min(low, mgDl));
  const most = figures.reduce((high, mgDl) => Math.max(high, mgDl));
  const count = `${String(marks.length)} ${marks.length === 1 ? "reading" : "readings"} from ${format(least)} to ${format(most)}.`;
  if (view === "profile") return `Median and spread by time of day. ${count}`;
  const gaps = countGaps(marks);
  const at = new Date(newest.time + (newest.offset ?? 0) * 60_000).toISOString().slice(11, 16);
  const latest = `Latest ${format(newest.mgDl)} at ${at} (${formatUtcOffset(newest.offset)}).`;
  return `${latest} ${count}${gaps === 0 ? "" : ` ${String(gaps)} ${gaps === 1 ? "gap" : "gaps"}.`}`;
}
