import { zoneOf } from "../../chart/model.ts";
import type { ChartBand } from "../../chart/options.ts";
import { makeValueScale, makeValueTicks, valueShare } from "../../chart/value-axis.ts";
import type { ProfileHour } from "../../statistics/profile.ts";
import type { Quantiles } from "../../statistics/distribution.ts";
import type { Cell } from "../chart/canvas.ts";
import { paintCells } from "../chart/draw.ts";
import { glyphsOf } from "../chart/options.ts";
import { labelRows } from "../chart/rows.ts";
import { labelLine } from "../chart/time-labels.ts";
import type { PageStyle } from "./style.ts";

const ROWS = 12;
const HOURS = 24;
const AXIS_WIDTH = 6;
/** Columns of an hour at most: a day is no clearer for being wider. */
const MAX_HOUR_COLUMNS = 4;

/** Characters for the median, for half of the readings, and for nine tenths of them. */
const SHADES = { median: "━", half: "▓", most: "░" };
const ASCII_SHADES = { median: "=", half: ":", most: "." };

/** Draws the profile of the day, an hour after the other. An hour with too few readings stays empty. */
export function drawProfile(hours: readonly ProfileHour[], style: PageStyle, band: ChartBand): string[] {
  const { width, unit, paint } = style;
  const room = width - AXIS_WIDTH;
  const hourColumns = Math.min(MAX_HOUR_COLUMNS, Math.floor(room / HOURS)) || 0.5;
  const columns = HOURS * hourColumns;
  const quantiles = Array.from({ length: columns }, (_, c) => hours[Math.floor(c / hourColumns)]!.smoothedMgDl.value);
  const highest = Math.max(...quantiles.map((each) => each?.p95 ?? 0));
  const scale = makeValueScale(highest, band);
  const rowOf = (mgDl: number): number => Math.round((1 - valueShare(scale, mgDl)) * (ROWS - 1));
  const minGap = (scale.top - scale.bottom) / (ROWS - 1);
  const labels = labelRows(makeValueTicks(scale, band, { unit, minGap }), rowOf);
  const glyphs = glyphsOf(style);
  const limitRows = [rowOf(band.low), rowOf(band.high)];
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const empty: Cell | undefined = limitRows.includes(row) ? { text: glyphs.band, tone: "faint" } : undefined;
    const cells = quantiles.map((each) => (each && cellOf(each, row, { rowOf, band, style })) ?? empty);
    const label = labels.get(row) ?? "";
    const axis = `${label.padStart(AXIS_WIDTH - 2)} ${label === "" ? glyphs.axis : glyphs.label}`;
    return paint("faint", axis) + paintCells(cells, paint);
  });
  const step = columns < HOURS * 2 ? 6 : 3;
  const ticks = Array.from({ length: HOURS / step }, (_, i) => i * step);
  const labelled = ticks.map((hour) => ({ column: hour * hourColumns, label: String(hour).padStart(2, "0") }));
  return [...rows, paint("faint", labelLine(labelled, AXIS_WIDTH, width))].map((line) => line.trimEnd());
}

function cellOf(
  { p5, p25, p50, p75, p95 }: Quantiles,
  row: number,
  {
    rowOf,
    band,
    style,
  }: { readonly rowOf: (mgDl: number) => number; readonly band: ChartBand; readonly style: PageStyle },
): Cell | undefined {
  const shades = style.isAscii ? ASCII_SHADES : SHADES;
  if (row === rowOf(p50)) return { text: shades.median, tone: zoneOf(p50, band) };
  if (row >= rowOf(p75) && row <= rowOf(p25))
    return { text: shades.half, tone: zoneOf(row < rowOf(p50) ? p75 : p25, band) };
  if (row >= rowOf(p95) && row <= rowOf(p5))
    return { text: shades.most, tone: zoneOf(row < rowOf(p50) ? p95 : p5, band) };
  return undefined;
}
