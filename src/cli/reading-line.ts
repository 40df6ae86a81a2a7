import type { GlucoseReading } from "../glucose-reading.ts";
import type { Paint } from "./paint.ts";
import { CURRENT_FOR_MS, formatAge } from "./times.ts";
import { formatValueWithUnit, type Unit } from "./units.ts";

/** How old the reading is by this machine's clock, in milliseconds. */
export function ageMs(reading: GlucoseReading, now: number): number {
  return now - reading.datetime.getTime();
}

/** `"132 mg/dL ↗ rising slightly, 3 min ago"`, and, past ten minutes, that it is no more than that. */
export function readingLine(reading: GlucoseReading, unit: Unit, now: number, paint: Paint): string {
  const figure = [formatValueWithUnit(reading, unit), reading.trendArrow].filter(Boolean).join(" ");
  const description = reading.trendDescription && ` ${reading.trendDescription}`;
  const age = ageMs(reading, now);
  return `${paint("strong", figure)}${description}, ${formatAge(age)}${age > CURRENT_FOR_MS ? ": not current" : ""}`;
}

/** The named fields, and the age that a script would have to work out. */
export function readingJson(reading: GlucoseReading, now: number): object {
  return { ...reading.toJSON(), ageMs: ageMs(reading, now) };
}
