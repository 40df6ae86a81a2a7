/** A figure that the bench measured, beside what it may be. */
export interface Figure {
  readonly name: string;
  readonly measured: number;
  /** What it is held against: a fixed budget, or the bare way to do the same, measured in the same run. */
  readonly yardstick: number;
  readonly yardstickName: string;
  readonly unit: string;
  /** `measured` over `yardstick`; where pairs were measured, the median over the pairs. */
  readonly ratio: number;
  /** What the figure may be, in the words of the table. */
  readonly limit: string;
  readonly isWithin: boolean;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  const rows = [
    ["figure", "measured", "beside", "ratio", "limit", ""],
    ...figures.map(({ name, measured, yardstick, yardstickName, unit, ratio, limit, isWithin }) => [
      name,
      `${format(measured)} ${unit}`,
      `${yardstickName}: ${format(yardstick)} ${unit}`,
      ratio.toFixed(2),
      limit,
      isWithin ? "within" : "OVER",
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
  lines.splice(1, 0, `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  return lines.join("\n");
}

function format(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toPrecision(3);
}
