import type { GlucoseReading } from "../glucose-reading.ts";
import type { GlucoseUnit } from "../glucose/glucose.ts";
import { arrowOf } from "./arrows.ts";
import type { Paint } from "./paint.ts";
import { CURRENT_FOR_MS, formatAge, formatLocal } from "./times.ts";
import { formatWithLimit } from "./units.ts";

/** Options of a line that shows a reading. */
export interface LineOptions {
  readonly unit: GlucoseUnit;
  readonly now: number;
  readonly paint: Paint;
  readonly isAscii?: boolean | undefined;
  /** A reading that is older is marked as not current. @default 10 minutes */
  readonly currentForMs?: number | undefined;
}

/** Writes a reading in words: `"132 mg/dL ↗ rising slightly, 3 min ago"`. */
export function readingLine(reading: GlucoseReading, options: LineOptions): string {
  const { unit, paint, isAscii } = options;
  const description = reading.trendDescription && ` ${reading.trendDescription}`;
  const figure = withArrow(formatWithLimit(reading, unit), reading, isAscii);
  return `${paint("strong", figure)}${description}, ${describeAge(reading, options)}`;
}

/** Writes the same in less room: `"132 mg/dL ↗, 3 min ago"`. */
export function shortReadingLine(reading: GlucoseReading, options: LineOptions): string {
  const { unit, paint, isAscii } = options;
  const figure = withArrow(reading.format(unit, { unitLabel: true }), reading, isAscii);
  return `${paint("strong", figure)}, ${describeAge(reading, options)}`;
}

/** Appends the arrow of the trend to a figure. */
export function withArrow(figure: string, reading: GlucoseReading, isAscii?: boolean): string {
  return `${figure} ${arrowOf(reading, isAscii)}`.trimEnd();
}

function describeAge(reading: GlucoseReading, { now, currentForMs = CURRENT_FOR_MS }: LineOptions): string {
  return formatAge(reading.ageMs(now)) + (reading.isStale(now, currentForMs) ? ": not current" : "");
}

/** Columns of a table: the wearer's local time, the figure with its unit, the arrow. Each is padded to its width. */
export function readingColumns(
  reading: GlucoseReading,
  unit: GlucoseUnit,
): [time: string, figure: string, arrow: string] {
  return [
    formatLocal(reading.datetime, reading.timezone),
    `${reading.format(unit).padStart(4)} ${unit}`,
    reading.trendArrow.padEnd(2),
  ];
}

/** Returns the named fields of a reading and its age, so that a script need not calculate it. */
export function readingJson(reading: GlucoseReading, now: number): object {
  return { ...reading.toJSON(), ageMs: reading.ageMs(now) };
}
