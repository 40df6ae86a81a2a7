/** What was measured, beside what it is held against and what it may be. */
import type { Id, Promised } from "./promises.ts";

export interface Measured {
  readonly figure: number;
  /** What it is held against, in the same unit. */
  readonly beside: number;
  /** Where pairs were measured, the median over the pairs. @default figure / beside */
  readonly ratio?: number;
}

export type Measurements = Partial<Record<Id, Measured>>;

/** `undefined` if nothing is promised. */
export function isWithin({ most, mostRatio }: Promised, measured: Measured): boolean | undefined {
  if (most !== undefined) return measured.figure <= most;
  return mostRatio === undefined ? undefined : ratioOf(measured) <= mostRatio;
}

/** The figures as a Markdown table, in the order of the promises. @throws {Error} where one was not measured */
export function table(promises: ReadonlyMap<Id, Promised>, measurements: Measurements): string {
  const rows = [["figure", "measured", "beside", "ratio", "limit", ""]];
  for (const [id, promised] of promises) {
    const measured = measurements[id];
    if (measured === undefined) throw new Error(`not measured: ${id}`);
    rows.push(row(promised, measured));
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
  lines.splice(1, 0, `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  return lines.join("\n");
}

function row(promised: Promised, measured: Measured): string[] {
  const { name, unit, beside, most, mostRatio } = promised;
  const verdict = isWithin(promised, measured);
  return [
    name,
    `${format(measured.figure)} ${unit}`,
    `${beside}: ${format(measured.beside)} ${unit}`,
    ratioOf(measured).toFixed(2),
    most !== undefined ? `${format(most)} ${unit}` : mostRatio !== undefined ? `× ${mostRatio}` : "none",
    verdict === undefined ? "" : verdict ? "within" : "OVER",
  ];
}

function ratioOf({ figure, beside, ratio = figure / beside }: Measured): number {
  return ratio;
}

function format(number: number): string {
  return Number.isInteger(number) || number >= 1000 ? String(Math.round(number)) : number.toPrecision(3);
}

/** The number that a share of the others does not pass; 0.5 for the median. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place % 1);
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}
