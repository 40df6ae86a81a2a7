const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** Readings come every five minutes and may be late; after this nobody should take one for the present. */
export const CURRENT_FOR_MS = 600_000;

/** A length of time for people: `"42 s"`, `"3 min"`, `"2 h 5 min"`. */
export function formatDuration(ms: number): string {
  if (ms < MINUTE_MS) return `${String(Math.floor(ms / 1000))} s`;
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 60) return `${String(minutes)} min`;
  const rest = minutes % 60;
  return `${String(Math.floor(minutes / 60))} h${rest === 0 ? "" : ` ${String(rest)} min`}`;
}

/** How old something is. */
export function formatAge(ageMs: number): string {
  // Clocks differ by seconds; one that is minutes off makes every age wrong, and that must be seen.
  if (ageMs < -MINUTE_MS) return `${formatDuration(-ageMs)} in the future: check the clock`;
  return ageMs < MINUTE_MS ? "less than a minute ago" : `${formatDuration(ageMs)} ago`;
}

/** Minutes east of Greenwich of `"-0400"`; 0 where the service gave no offset. */
export function offsetMinutes(timezone: string | undefined): number {
  if (timezone === undefined) return 0;
  const minutes = Number(timezone.slice(1, 3)) * 60 + Number(timezone.slice(3));
  return timezone.startsWith("-") ? -minutes : minutes;
}

/** `"-04:00"`; `"UTC"` where the service gave no offset. */
export function formatOffset(timezone: string | undefined): string {
  return timezone === undefined ? "UTC" : `${timezone.slice(0, 3)}:${timezone.slice(3)}`;
}

/** `"2026-01-01 08:00:00-04:00"`: the time on the wearer's wall. */
export function formatLocal(date: Date, timezone: string | undefined): string {
  const wall = new Date(date.getTime() + offsetMinutes(timezone) * MINUTE_MS).toISOString();
  const offset = timezone === undefined ? " UTC" : formatOffset(timezone);
  return `${wall.slice(0, 10)} ${wall.slice(11, 19)}${offset}`;
}

/** `"08:00"` of a minute of the day, which may lie days before or after. */
export function formatMinuteOfDay(minute: number): string {
  const ofDay = ((minute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return `${String(Math.floor(ofDay / 60)).padStart(2, "0")}:${String(ofDay % 60).padStart(2, "0")}`;
}
