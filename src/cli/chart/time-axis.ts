import { formatMinuteOfDay } from "../times.ts";

const MINUTE_MS = 60_000;
/** Minutes between two labels: divisors of the day, so that they stand on the same hours every day. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720];
/** `"18:00"` and the room around it. */
const LABEL_WIDTH = 5;
const STEP_WIDTH = LABEL_WIDTH + 3;

export interface Tick {
  readonly column: number;
  /** Such as `"18:00"`. */
  readonly label: string;
}

/** The span of time that a picture shows, in milliseconds since the Unix epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Round times of the wearer's day, as many as have room on `columns`. */
export function makeTicks({ from, to }: Span, columns: number, offsetMinutes: number): Tick[] {
  const spanMinutes = (to - from) / MINUTE_MS;
  const step = STEPS.find((minutes) => (columns * minutes) / spanMinutes >= STEP_WIDTH) ?? 1440;
  const ticks: Tick[] = [];
  const firstMinute = from / MINUTE_MS + offsetMinutes;
  for (let minute = Math.ceil(firstMinute / step) * step; minute < firstMinute + spanMinutes; minute += step) {
    ticks.push({
      column: Math.floor(((minute - firstMinute) / spanMinutes) * columns),
      label: formatMinuteOfDay(minute),
    });
  }
  return ticks;
}

/** The labels, each with its middle under its tick; one that has no room is left out. */
export function labelLine(ticks: readonly Tick[]): string {
  let line = "";
  for (const { column, label } of ticks) {
    const start = column - Math.floor(LABEL_WIDTH / 2);
    // The offset stands before the line; a label that touches it could not be told from it.
    if (start <= line.length) continue;
    line = line.padEnd(start) + label;
  }
  return line;
}
