import { makeTimeline, toMarks } from "../../chart/model.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import { paintNothing, type Paint } from "../paint.ts";
import { withArrow } from "../reading-line.ts";
import type { Cell } from "./canvas.ts";
import { paintHead } from "./head.ts";
import { makeLayout, type Layout } from "./layout.ts";
import { glyphsOf, type ChartOptions, type Glyphs } from "./options.ts";
import { makeRows, type Row } from "./rows.ts";
import { labelLine, placeTicks } from "./time-labels.ts";

/**
 * Draws readings with characters, at most as wide and as high as the options say, without a line break at the end.
 *
 * The head names the newest reading and the wearer's offset. Below it is what `chartSvg` shows too: the figures, the
 * limits of the target range, lanes for HIGH and LOW, and the wearer's time of day. A gap stays open.
 *
 * @param readings Newest first, at least one.
 */
export function drawChart(readings: readonly GlucoseReading[], options: ChartOptions): string {
  const { width, height, now, minutes, unit, isAscii, paint = paintNothing } = options;
  const glyphs = glyphsOf(options);
  const newest = readings[0]!;
  const timeline = makeTimeline(toMarks(readings), now, minutes * 60_000);
  const beside = `${glyphs.here} ${withArrow(newest.format(unit), newest, isAscii)}`;
  const laneCount = Number(timeline.hasHigh) + Number(timeline.hasLow);
  const layout = makeLayout({ width, height }, { laneCount, besideWidth: beside.length });
  const rows = layout.rows > 0 ? makeRows(timeline, layout, options) : [];
  const ticks = placeTicks(timeline, layout.columns);
  const tickColumns = new Set(ticks.map(({ column }) => column));
  return [
    paintHead(newest, options),
    ...rows.map((row) => paintRow(row, layout, { beside, paint })),
    ...(layout.hasTimeAxis ? [paint("faint", timeAxis(layout, tickColumns, glyphs))] : []),
    ...(layout.hasTimeLabels ? [paint("faint", labelLine(ticks, layout.left, width))] : []),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

function timeAxis({ left, columns }: Layout, tickColumns: ReadonlySet<number>, glyphs: Glyphs): string {
  const corner = left === 0 ? "" : glyphs.corner.padStart(left);
  return corner + Array.from({ length: columns }, (_, i) => (tickColumns.has(i) ? glyphs.tick : glyphs.line)).join("");
}

function paintRow(
  { label, axis, cells, isNewest }: Row,
  { left, hasBeside }: Layout,
  { beside, paint }: { readonly beside: string; readonly paint: Paint },
): string {
  const start = left === 0 ? "" : paint("faint", `${label.padStart(left - 2)} ${axis}`);
  return start + paintCells(cells, paint) + (hasBeside && isNewest ? ` ${paint("strong", beside)}` : "");
}

/** Paints runs of equal tone at once: escape sequences for each character would be most of the output. */
export function paintCells(cells: readonly (Cell | undefined)[], paint: Paint): string {
  let line = "";
  for (let start = 0; start < cells.length;) {
    const tone = cells[start]?.tone;
    let end = start;
    while (end < cells.length && cells[end]?.tone === tone) end++;
    const text = cells
      .slice(start, end)
      .map((cell) => cell?.text ?? " ")
      .join("");
    line += tone === undefined ? text : paint(tone, text);
    start = end;
  }
  return line;
}
