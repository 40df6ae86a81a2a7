import type { GlucoseReading } from "../glucose-reading.ts";
import type { Paint } from "./paint.ts";
import { CURRENT_FOR_MS, formatAge, formatLocal } from "./times.ts";
import { formatValue, formatValueWithUnit, type Unit } from "./units.ts";

/** How old the reading is by this machine's clock, in milliseconds. */
export function ageMs(reading: GlucoseReading, now: number): number {
  return now - reading.datetime.getTime();
}

/** `"132 mg/dL ↗ rising slightly, 3 min ago"`, and, past ten minutes, that it is not current. */
export function readingLine(reading: GlucoseReading, unit: Unit, now: number, paint: Paint): string {
  const description = reading.trendDescription && ` ${reading.trendDescription}`;
  return `${paint("strong", withArrow(formatValueWithUnit(reading, unit), reading))}${description}, ${agePart(reading, now)}`;
}

/** The same where there is less room: `"132 mg/dL ↗, 3 min ago"`. */
export function shortReadingLine(reading: GlucoseReading, unit: Unit, now: number, paint: Paint): string {
  const figure = reading.level === "in-range" ? formatValueWithUnit(reading, unit) : formatValue(reading, unit);
  return `${paint("strong", withArrow(figure, reading))}, ${agePart(reading, now)}`;
}

/** The figure and the trend's arrow, which not every trend has. */
export function withArrow(figure: string, { trendArrow }: GlucoseReading): string {
  return trendArrow === "" ? figure : `${figure} ${trendArrow}`;
}

function agePart(reading: GlucoseReading, now: number): string {
  const age = ageMs(reading, now);
  return formatAge(age) + (age > CURRENT_FOR_MS ? ": not current" : "");
}

/** What a table has of each: the time on the wearer's wall, the figure with its unit, the arrow; each as wide as the others of its column. */
export function readingColumns(reading: GlucoseReading, unit: Unit): [time: string, figure: string, arrow: string] {
  return [
    formatLocal(reading.datetime, reading.timezone),
    `${formatValue(reading, unit).padStart(4)} ${unit}`,
    reading.trendArrow.padEnd(2),
  ];
}

/** The named fields, and the age that a script would have to work out. */
export function readingJson(reading: GlucoseReading, now: number): object {
  return { ...reading.toJSON(), ageMs: ageMs(reading, now) };
}
