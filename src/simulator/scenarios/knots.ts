/** A point of a curve: minutes, and mg/dL. */
export type Knot = readonly [minute: number, mgDl: number];

/** Value at `minute` of a smooth curve through `knots`, in order of time; flat before the first and after the last. */
export function valueThrough(knots: readonly Knot[], minute: number): number {
  const next = knots.findIndex(([at]) => at > minute);
  if (next < 0) return knots.at(-1)?.[1] ?? 0;
  const [toMinute, to] = knots[next]!;
  const [fromMinute, from] = knots[next - 1] ?? [toMinute - 1, to];
  const share = (minute - fromMinute) / (toMinute - fromMinute);
  return from + (to - from) * share * share * (3 - 2 * share);
}
