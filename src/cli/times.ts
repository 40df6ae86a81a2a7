import { toLocalFields } from "../glucose/glucose.ts";

const MINUTE_MS = 60_000;

/** A reading that is older is not current: readings come every five minutes, and one may be late. */
export const CURRENT_FOR_MS = 600_000;

/** Writes a length of time for people: `"42 s"`, `"3 min"`, `"2 h 5 min"`. */
export function formatDuration(ms: number): string {
  if (ms < MINUTE_MS) return `${String(Math.floor(ms / 1000))} s`;
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 60) return `${String(minutes)} min`;
  const rest = minutes % 60;
  return `${String(Math.floor(minutes / 60))} h${rest === 0 ? "" : ` ${String(rest)} min`}`;
}

/** Writes an age as a sentence part: `"3 min ago"`. */
export function formatAge(ageMs: number): string {
  // Clocks differ by seconds. One that is minutes off makes every age wrong, and a person must see that.
  if (ageMs < -MINUTE_MS) return `${formatDuration(-ageMs)} in the future: check the clock`;
  return ageMs < MINUTE_MS ? "less than a minute ago" : `${formatDuration(ageMs)} ago`;
}

/** Writes an age in as few letters as possible: `"3 min"`; `"-3 h"` for a date in the future. */
export function formatShortAge(ageMs: number): string {
  return ageMs < -MINUTE_MS ? `-${formatDuration(-ageMs)}` : formatDuration(Math.max(0, ageMs));
}

/** Writes the offset of a reading with a colon, `"-04:00"`; `"UTC"` if the service gave no offset. */
export function formatOffset(timezone: string | undefined): string {
  return timezone === undefined ? "UTC" : `${timezone.slice(0, 3)}:${timezone.slice(3)}`;
}

/** Writes the wearer's local date and time with the offset: `"2026-01-01 08:00:00-04:00"`. */
export function formatLocal(date: Date, timezone: string | undefined): string {
  const local = toLocalFields(date, timezone).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}${timezone === undefined ? " UTC" : formatOffset(timezone)}`;
}
