import { makeTimeTicks } from "../../chart/time-axis.ts";
import { timeShare, type Timeline } from "../../chart/model.ts";

/** Room of a label such as `"18:00"`, with the space around it. */
const LABEL_WIDTH = 7;

/** A label of the time axis, and the column of its tick. */
export interface TickLabel {
  readonly column: number;
  readonly label: string;
}

/** Places the labels of the time axis. */
export function placeTicks({ span, marks }: Timeline, columns: number): TickLabel[] {
  return makeTimeTicks(span, marks, Math.floor(columns / LABEL_WIDTH)).map(({ time, label }) => ({
    column: Math.min(columns - 1, Math.floor(timeShare(span, time) * columns)),
    label,
  }));
}

/** Writes each label with its middle under its tick. One that has no room within `width` is left out. */
export function labelLine(ticks: readonly TickLabel[], left: number, width: number): string {
  let line = "";
  for (const { column, label } of ticks) {
    const start = left + column - Math.floor(label.length / 2);
    const isFree = start >= (line === "" ? 0 : line.length + 1);
    if (isFree && start + label.length <= width) line = line.padEnd(start) + label;
  }
  return line;
}
