import type { Mark, Span } from "./model.ts";

const MINUTE_MS = 60_000;
/** Minutes between two labels: divisors of the day, so that they are at the same hours every day. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880];

export interface TimeTick {
  readonly time: number;
  /** Such as `"18:00"`; at midnight of a chart of days `"Jan 15"`. */
  readonly label: string;
}

/** Offset that holds from an instant on. */
interface OffsetChange {
  readonly from: number;
  readonly offset: number;
}

/** Finds round times on the wearer's clock, at most `maxCount`. When clocks change, the labels change with them. */
export function makeTimeTicks({ from, to }: Span, marks: readonly Mark[], maxCount: number): TimeTick[] {
  const minutes = (to - from) / MINUTE_MS;
  const step = STEPS.find((candidate) => minutes / candidate <= Math.max(1, maxCount)) ?? 7 * 1440;
  const changes = offsetChanges(marks, from);
  return changes.flatMap(({ from: start, offset }, index) => {
    const end = changes[index + 1]?.from ?? to;
    const ticks: TimeTick[] = [];
    const first = Math.ceil((start / MINUTE_MS + offset) / step) * step;
    for (let local = first; (local - offset) * MINUTE_MS < end; local += step) {
      ticks.push({ time: (local - offset) * MINUTE_MS, label: labelOf(local * MINUTE_MS, step) });
    }
    return ticks;
  });
}

function labelOf(localMs: number, step: number): string {
  const local = new Date(localMs);
  return step < 1440
    ? local.toISOString().slice(11, 16)
    : local.toLocaleDateString("en-US", { month: "short", day: "numeric", timeZone: "UTC" });
}

/** Lists the offsets of the marks in turn. The first one also holds before the first mark. */
function offsetChanges(marks: readonly Mark[], from: number): OffsetChange[] {
  const changes: OffsetChange[] = [];
  for (const { time, offset = 0 } of marks) {
    if (changes.at(-1)?.offset === offset) continue;
    changes.push({ from: changes.length === 0 ? from : time, offset });
  }
  return changes.length === 0 ? [{ from, offset: 0 }] : changes;
}

/** Writes an offset in minutes as `"UTC-04:00"`. */
export function formatUtcOffset(offset: number | undefined): string {
  if (offset === undefined) return "UTC";
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const two = (figure: number): string => String(figure).padStart(2, "0");
  return `UTC${offset < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`;
}
