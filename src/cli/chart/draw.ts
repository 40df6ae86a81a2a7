import type { GlucoseReading } from "../../glucose-reading.ts";
import { paintNothing, type Paint, type Tone } from "../paint.ts";
import { readingLine, shortReadingLine, withArrow } from "../reading-line.ts";
import { formatDuration, formatOffset, offsetMinutes } from "../times.ts";
import { formatValue, type Unit } from "../units.ts";
import { Canvas, DOTS_ACROSS, type Cell } from "./canvas.ts";
import { makeScale, type Band, type Scale } from "./scale.ts";
import { labelLine, makeTicks, type Span } from "./time-axis.ts";

/** How a picture is to be drawn. */
export interface ChartOptions {
  /** The right edge, in milliseconds since the Unix epoch. */
  readonly now: number;
  readonly minutes: number;
  readonly unit: Unit;
  /** The target band. */
  readonly band: Band;
  /** @default no colour */
  readonly paint?: Paint | undefined;
  /** Without any character that a terminal may lack, besides the trend's arrow. @default false */
  readonly isAscii?: boolean | undefined;
}

/** What a picture is made of, with braille dots and without. */
const GLYPHS = {
  braille: { band: "╌", high: "▲", low: "▼", axis: "│", label: "┤", corner: "└", line: "─", tick: "┬", here: "◂" },
  ascii: { band: "-", high: "^", low: "v", axis: "|", label: "+", corner: "+", line: "-", tick: "+", here: "<" },
} as const;

/** `"HIGH"`, `"-04:00"` without its last two: what stands left of the picture. */
const LEFT_WIDTH = 6;
/** The head, the axis and its labels. */
const LINES_AROUND = 3;
/** Readings come every 300 s, a second more or less; where one is missing the line is not drawn on. */
const CONNECTED_MS = 450_000;

/** One line of the picture, from top to bottom: a row of dots, or an edge for what has no figure. */
interface Row {
  readonly label: string;
  readonly cellAt: (column: number) => Cell | undefined;
  readonly isNewest: boolean;
}

/**
 * Draws readings as a picture of `width` columns and `height` lines, without a line break at the end: the newest in
 * words, the dots between the limits of the target band, LOW and HIGH at the edges, the newest once more beside it, and the
 * time of day where the wearer is. A gap stays open.
 *
 * @param readings Newest first, at least one.
 */
export function drawChart(
  readings: readonly GlucoseReading[],
  width: number,
  height: number,
  options: ChartOptions,
): string {
  const { now, minutes, unit, paint = paintNothing, isAscii = false } = options;
  const glyphs = GLYPHS[isAscii ? "ascii" : "braille"];
  const newest = readings[0]!;
  const beside = `${glyphs.here} ${withArrow(formatValue(newest, unit), newest)}`;
  const columns = Math.max(10, width - LEFT_WIDTH - beside.length - 1);
  // A clock that is slow must not push the newest out of the picture.
  const to = Math.max(now, newest.datetime.getTime());
  const span = { from: to - minutes * 60_000, to };
  const shown = readings.filter(({ datetime }) => datetime.getTime() >= span.from);
  const rows = makeRows(shown, columns, height - LINES_AROUND, span, options);

  const ticks = makeTicks(span, columns, offsetMinutes(newest.timezone));
  const axis = Array.from({ length: columns }, (_, column) =>
    ticks.some((tick) => tick.column === column) ? glyphs.tick : glyphs.line,
  );
  const lines = rows.map(({ label, cellAt, isNewest }) => {
    const left = `${label.padStart(LEFT_WIDTH - 2)} ${label === "" ? glyphs.axis : glyphs.label}`;
    const cells = Array.from({ length: columns }, (_, column) => cellAt(column));
    return `${paint("faint", left)}${paintCells(cells, paint)}${isNewest ? ` ${paint("strong", beside)}` : ""}`;
  });
  const corner = `${" ".repeat(LEFT_WIDTH - 1)}${glyphs.corner}`;
  const offset = formatOffset(newest.timezone).padEnd(LEFT_WIDTH);
  return [
    paintHead(newest, width, options),
    ...lines,
    paint("faint", corner + axis.join("")),
    paint("faint", offset + labelLine(ticks)),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

/** The newest reading in words, and how much is shown, as far as there is room for it. */
function paintHead(
  newest: GlucoseReading,
  width: number,
  { now, minutes, unit, paint = paintNothing }: ChartOptions,
): string {
  const lengthOf = (line: typeof readingLine): number => line(newest, unit, now, paintNothing).length;
  const line = lengthOf(readingLine) <= width ? readingLine : shortReadingLine;
  const title = `last ${formatDuration(minutes * 60_000)}`;
  const room = width - lengthOf(line) - title.length;
  return line(newest, unit, now, paint) + (room < 2 ? "" : " ".repeat(room) + paint("faint", title));
}

/** The rows of dots, and above and below them an edge where there is something for it. */
function makeRows(
  readings: readonly GlucoseReading[],
  columns: number,
  height: number,
  span: Span,
  options: ChartOptions,
): Row[] {
  const { band, unit, isAscii = false } = options;
  const glyphs = GLYPHS[isAscii ? "ascii" : "braille"];
  const has = (level: GlucoseReading["level"]): boolean => readings.some((reading) => reading.level === level);
  const rowCount = Math.max(4, height - Number(has("high")) - Number(has("low")));
  const measured = readings.filter(({ level }) => level === "in-range");
  const scale = makeScale(rowCount, Math.max(0, ...measured.map(({ mgDl }) => mgDl)), band, unit);
  const canvas = new Canvas(columns, rowCount);
  plot(canvas, measured, span, scale, band);
  const newest = readings[0];
  const limits: Cell = { text: glyphs.band, tone: "faint" };
  const rows = Array.from({ length: rowCount }, (_, row): Row => {
    const isLimit = row === scale.rowOf(band.low) || row === scale.rowOf(band.high);
    return {
      label: scale.labels.get(row) ?? "",
      cellAt: (column) => canvas.at(column, row, isAscii) ?? (isLimit ? limits : undefined),
      isNewest: newest?.level === "in-range" && row === scale.rowOf(newest.mgDl),
    };
  });
  const edge = (level: "low" | "high"): Row[] => {
    const marked = readings
      .filter((reading) => reading.level === level)
      .map((reading) => Math.floor(dotOf(reading, columns, span) / DOTS_ACROSS));
    if (marked.length === 0) return [];
    const mark: Cell = { text: glyphs[level], tone: level };
    return [
      {
        label: level.toUpperCase(),
        cellAt: (column) => (marked.includes(column) ? mark : undefined),
        isNewest: newest?.level === level,
      },
    ];
  };
  return [...edge("high"), ...rows, ...edge("low")];
}

/** Dots from the left edge of a reading. */
function dotOf({ datetime }: GlucoseReading, columns: number, { from, to }: Span): number {
  const dots = columns * DOTS_ACROSS;
  return Math.min(dots - 1, Math.floor(((datetime.getTime() - from) / (to - from)) * dots));
}

/** Sets a dot for each reading, and a line to the one before it unless one is missing between the two. */
function plot(canvas: Canvas, readings: readonly GlucoseReading[], span: Span, scale: Scale, band: Band): void {
  const [lowDot, highDot] = [scale.dotOf(band.low), scale.dotOf(band.high)];
  const toneAt = (y: number): Tone => (y > lowDot ? "low" : y < highDot ? "high" : "in-range");
  const points = readings.map((reading) => ({
    time: reading.datetime.getTime(),
    at: [dotOf(reading, canvas.columns, span), scale.dotOf(reading.mgDl)] as const,
  }));
  points.forEach((point, index) => {
    const older = points[index + 1];
    const isConnected = older !== undefined && point.time - older.time <= CONNECTED_MS;
    canvas.line(isConnected ? older.at : point.at, point.at, toneAt);
  });
}

/** Paints runs of equal tone at once: escape sequences for each character would be most of the output. */
function paintCells(cells: readonly (Cell | undefined)[], paint: Paint): string {
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
