import { formatUtcOffset } from "../../chart/time-axis.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import { parseOffset } from "../../glucose/local-time.ts";
import { paintNothing, type Paint } from "../paint.ts";
import { readingLine, shortReadingLine, withArrow, type LineOptions } from "../reading-line.ts";
import { formatDuration, formatShortAge } from "../times.ts";
import type { ChartOptions } from "./options.ts";

type Line = (reading: GlucoseReading, options: LineOptions) => string;

/** From the longest to the shortest. All but the last one tell the age. */
const LINES: readonly Line[] = [
  readingLine,
  shortReadingLine,
  (reading, options) => compactLine(reading, options, true),
  (reading, options) => compactLine(reading, options, false),
  (reading, { unit, isAscii, paint }) => paint("strong", withArrow(reading.format(unit), reading, isAscii)),
];

function compactLine(reading: GlucoseReading, { unit, now, isAscii, paint }: LineOptions, unitLabel: boolean): string {
  const figure = withArrow(reading.format(unit, { unitLabel }), reading, isAscii);
  return `${paint("strong", figure)} ${formatShortAge(reading.ageMs(now))}`;
}

/** Writes the newest reading in words, and how much is shown. Both are as long as there is room for. */
export function paintHead(newest: GlucoseReading, options: ChartOptions): string {
  const { width, now, minutes, unit, isAscii, paint = paintNothing } = options;
  const write = (line: Line, painter: Paint): string => line(newest, { unit, now, isAscii, paint: painter });
  const chosen = LINES.find((line) => write(line, paintNothing).length <= width);
  if (chosen === undefined) return newest.format(unit).slice(0, width);
  const room = width - write(chosen, paintNothing).length;
  const duration = `last ${formatDuration(minutes * 60_000)}`;
  const offset = formatUtcOffset(parseOffset(newest.timezone));
  const title = [`${duration}, ${offset}`, duration].find(({ length }) => length + 2 <= room);
  return write(chosen, paint) + (title === undefined ? "" : paint("faint", title.padStart(room)));
}
