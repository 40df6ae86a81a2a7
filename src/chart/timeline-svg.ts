import { line } from "d3-shape";
import { formatGlucose } from "../glucose/glucose.ts";
import { drawTimeAxis, drawValueAxis, makeFrame, text, type Frame } from "./frame.ts";
import { element } from "./markup.ts";
import { makeTimeline, timeShare, zoneOf, type Mark, type Timeline } from "./model.ts";
import type { ChartBand, ResolvedChartOptions } from "./options.ts";
import { formatUtcOffset, makeTimeTicks } from "./time-axis.ts";
import { makeValueScale } from "./value-axis.ts";

const HOUR_MS = 3_600_000;
/** An older reading is not current. */
const CURRENT_MS = 900_000;

/** Draws the last hours. */
export function drawTimeline(marks: readonly Mark[], options: ResolvedChartOptions): string {
  const timeline = makeTimeline(marks, options.now, options.hours * HOUR_MS);
  const { span } = timeline;
  const scale = makeValueScale(timeline.maxMgDl, options.band);
  const frame = makeFrame(options, scale, { high: timeline.hasHigh, low: timeline.hasLow });
  const x = (time: number): number => frame.left + timeShare(span, time) * (frame.right - frame.left);
  const ticks = makeTimeTicks(span, timeline.marks, Math.floor((frame.right - frame.left) / 64));
  return [
    drawHead(timeline, options),
    drawValueAxis(frame, scale, options),
    drawTimeAxis(
      frame,
      ticks.map(({ time, label }) => ({ x: x(time), label })),
      options.height,
    ),
    drawRuns(timeline, { frame, band: options.band, x }),
    drawEdges(timeline.marks, frame, x),
    timeline.marks.length === 0
      ? text("No readings", {
          x: (frame.left + frame.right) / 2,
          y: (frame.top + frame.bottom) / 2,
          "text-anchor": "middle",
          "font-size": 18,
        })
      : "",
  ].join("");
}

/** Writes the newest figure, its time, and its age if it is not current. A picture does not grow older by itself. */
function drawHead({ newest, span }: Timeline, { unit, width, hours, now }: ResolvedChartOptions): string {
  const zone = formatUtcOffset(newest?.offset);
  const right = text(`last ${String(hours)} h, ${zone}`, { x: width - 14, y: 17, "text-anchor": "end" });
  if (newest === undefined)
    return width < 320 ? "" : text(`last ${String(hours)} h`, { x: width - 14, y: 17, "text-anchor": "end" });
  const at = new Date(newest.time + (newest.offset ?? 0) * 60_000).toISOString().slice(11, 16);
  const age = Math.min(span.to, now) - newest.time;
  const words = `${formatGlucose(newest.mgDl, unit, { unitLabel: true })} at ${at}${age > CURRENT_MS ? `, ${formatAge(age)} old` : ""}`;
  const left = text(words, { x: 10, y: 18, "font-size": 15, "font-weight": 600 });
  return width < 420 ? left : left + right;
}

function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${String(minutes)} min` : `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

interface Place {
  readonly frame: Frame;
  readonly band: ChartBand;
  readonly x: (time: number) => number;
}

/** Draws a line through each run, a dot for each figure, and a ring around the newest. */
function drawRuns({ runs, newest }: Timeline, { frame: { palette, y }, band, x }: Place): string {
  const path = line<Mark>(
    (mark) => x(mark.time),
    (mark) => y(mark.mgDl),
  ).digits(1);
  const colours = { low: palette.low, "in-range": palette.inRange, high: palette.high };
  const colour = ({ mgDl }: Mark): string => colours[zoneOf(mgDl, band)];
  const lines = runs.map((run) =>
    element("path", { d: path(run) ?? "", fill: "none", stroke: palette.line, "stroke-width": 1.5 }),
  );
  const dots = runs
    .flat()
    .map((mark) =>
      element("circle", { cx: x(mark.time), cy: y(mark.mgDl), r: mark === newest ? 4.5 : 2, fill: colour(mark) }),
    );
  return lines.join("") + dots.join("");
}

/** Marks LOW and HIGH by triangles in their lanes: the sensor has no figure there. */
function drawEdges(marks: readonly Mark[], { highLane, lowLane, palette }: Frame, x: Place["x"]): string {
  return marks
    .map(({ level, time }) => {
      if (level === "high")
        return element("path", { d: `M${x(time).toFixed(1)} ${highLane! - 5}l4 8h-8z`, fill: palette.high });
      if (level === "low")
        return element("path", { d: `M${x(time).toFixed(1)} ${lowLane! + 5}l4 -8h-8z`, fill: palette.low });
      return "";
    })
    .join("");
}
