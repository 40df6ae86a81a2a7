import { timeShare, zoneOf, type Mark, type Span, type Timeline } from "../../chart/model.ts";
import { makeValueScale, makeValueTicks, valueShare, type ValueScale, type ValueTick } from "../../chart/value-axis.ts";
import { Canvas, DOTS_ACROSS, DOTS_DOWN, type Cell } from "./canvas.ts";
import type { Layout } from "./layout.ts";
import { glyphsOf, type ChartOptions } from "./options.ts";

/** A line of the picture: a row of figures, or the lane of HIGH or LOW. */
export interface Row {
  readonly label: string;
  /** Character of the axis. */
  readonly axis: string;
  readonly cells: readonly (Cell | undefined)[];
  /** `true` if the newest figure is in this row. */
  readonly isNewest: boolean;
}

/** Makes the rows from top to bottom. */
export function makeRows(timeline: Timeline, layout: Layout, options: ChartOptions): Row[] {
  const scale = makeValueScale(timeline.maxMgDl, options.band);
  const rows = figureRows(timeline, { layout, scale, options });
  if (!layout.hasLanes) return overlayMarks(rows, timeline, options);
  const glyphs = glyphsOf(options);
  const lane = (level: "low" | "high", axis: string): Row => ({
    label: level.toUpperCase(),
    axis,
    cells: marksOf(timeline, { level, columns: layout.columns, text: glyphs[level] }),
    isNewest: timeline.newest?.level === level,
  });
  return [
    ...(timeline.hasHigh ? [lane("high", scale.isBroken ? glyphs.break : glyphs.label)] : []),
    ...rows,
    ...(timeline.hasLow ? [lane("low", glyphs.label)] : []),
  ];
}

interface Plan {
  readonly layout: Layout;
  readonly scale: ValueScale;
  readonly options: ChartOptions;
}

function figureRows(timeline: Timeline, { layout, scale, options }: Plan): Row[] {
  const { band, unit, isAscii = false } = options;
  const glyphs = glyphsOf(options);
  const lastDot = layout.rows * DOTS_DOWN - 1;
  const dotOf = (mgDl: number): number => Math.round((1 - valueShare(scale, mgDl)) * lastDot);
  const rowOf = (mgDl: number): number => Math.floor(dotOf(mgDl) / DOTS_DOWN);
  const canvas = new Canvas(layout.columns, layout.rows);
  plot(canvas, timeline, { dotOf, band });
  const minGap = (DOTS_DOWN * (scale.top - scale.bottom)) / lastDot;
  const labels = labelRows(makeValueTicks(scale, band, { unit, minGap }), rowOf);
  const limitRows = [rowOf(band.low), rowOf(band.high)];
  const limit: Cell = { text: glyphs.band, tone: "faint" };
  const { newest } = timeline;
  return Array.from({ length: layout.rows }, (_, row): Row => {
    const label = labels.get(row) ?? "";
    const empty = limitRows.includes(row) ? limit : undefined;
    return {
      label,
      axis: label === "" ? glyphs.axis : glyphs.label,
      cells: Array.from({ length: layout.columns }, (__, column) => canvas.at(column, row, isAscii) ?? empty),
      isNewest: newest?.level === "in-range" && rowOf(newest.mgDl) === row,
    };
  });
}

/** Gives the ticks of the value axis their rows. */
export function labelRows(ticks: readonly ValueTick[], rowOf: (mgDl: number) => number): Map<number, string> {
  const labels = new Map<number, string>();
  for (const { mgDl, label, isLimit } of ticks) {
    // Two labels may be rounded into one row. The limits of the band go first.
    if (isLimit || !labels.has(rowOf(mgDl))) labels.set(rowOf(mgDl), label);
  }
  return labels;
}

/** Sets a dot for each figure, and a line through each run. */
function plot(
  canvas: Canvas,
  { runs, span }: Timeline,
  { dotOf, band }: { readonly dotOf: (mgDl: number) => number; readonly band: ChartOptions["band"] },
): void {
  const [lowDot, highDot] = [dotOf(band.low), dotOf(band.high)];
  // On a line, the dots between two figures have a height and no figure.
  const zoneAt = (y: number): ReturnType<typeof zoneOf> => zoneOf(-y, { low: -lowDot, high: -highDot });
  for (const run of runs) {
    const points = run.map((mark) => [dotColumn(mark, canvas.columns, span), dotOf(mark.mgDl)] as const);
    points.forEach((point, index) => canvas.line(points[index - 1] ?? point, point, zoneAt));
  }
}

/** Returns the dots from the left edge. */
function dotColumn({ time }: Mark, columns: number, span: Span): number {
  const dots = columns * DOTS_ACROSS;
  return Math.min(dots - 1, Math.floor(timeShare(span, time) * dots));
}

function marksOf(
  { marks, span }: Timeline,
  { level, columns, text }: { readonly level: "low" | "high"; readonly columns: number; readonly text: string },
): (Cell | undefined)[] {
  const cells: (Cell | undefined)[] = Array.from({ length: columns }, () => undefined);
  for (const mark of marks) {
    if (mark.level === level) cells[Math.floor(dotColumn(mark, columns, span) / DOTS_ACROSS)] = { text, tone: level };
  }
  return cells;
}

/** Marks HIGH in the first row and LOW in the last one. */
function overlayMarks(rows: readonly Row[], timeline: Timeline, options: ChartOptions): Row[] {
  const glyphs = glyphsOf(options);
  return rows.map((row, index) => {
    const columns = row.cells.length;
    const high = index === 0 ? marksOf(timeline, { level: "high", columns, text: glyphs.high }) : [];
    const low = index === rows.length - 1 ? marksOf(timeline, { level: "low", columns, text: glyphs.low }) : [];
    const level = timeline.newest?.level;
    const isEdge = (level === "high" && index === 0) || (level === "low" && index === rows.length - 1);
    return {
      ...row,
      cells: row.cells.map((cell, column) => high[column] ?? low[column] ?? cell),
      isNewest: row.isNewest || isEdge,
    };
  });
}
