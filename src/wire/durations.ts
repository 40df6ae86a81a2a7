/** Days, hours, minutes and seconds. Each may be missing, but not all. */
const DURATION = /^P(?=.)(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?)?$/;

/** Reads an ISO 8601 duration such as `"PT2H"` as minutes; `undefined` for anything else. */
export function parseDuration(value: unknown): number | undefined {
  const match = typeof value === "string" ? DURATION.exec(value) : null;
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (days * 24 + hours) * 60 + minutes + seconds / 60;
}

/** Writes whole minutes as the official app does: `"PT30M"`, `"PT2H"`, and `"PT0M"` for zero. */
export function writeDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return `PT${hours > 0 ? `${String(hours)}H` : ""}${rest > 0 || hours === 0 ? `${String(rest)}M` : ""}`;
}
