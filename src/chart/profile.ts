import { quantileSorted } from "d3-array";
import type { Mark } from "./model.ts";

/** Percentiles of one part of the day, over all days. */
export interface ProfileBin {
  /** Middle of the bin, in minutes of the wearer's day. */
  readonly minute: number;
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

const BIN_MINUTES = 30;
const DAY_MINUTES = 1440;
/** Fewer figures than this say nothing about their spread. */
const MIN_COUNT = 3;

/** Puts all days on top of each other. `undefined` stands for a part of the day with too few marks. */
export function makeProfile(marks: readonly Mark[]): (ProfileBin | undefined)[] {
  const bins = Array.from({ length: DAY_MINUTES / BIN_MINUTES }, (): number[] => []);
  for (const { time, offset = 0, mgDl } of marks) {
    const minute = (((time / 60_000 + offset) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
    bins[Math.floor(minute / BIN_MINUTES)]!.push(mgDl);
  }
  return bins.map((figures, index) => {
    if (figures.length < MIN_COUNT) return undefined;
    const sorted = figures.sort((a, b) => a - b);
    const at = (share: number): number => quantileSorted(sorted, share)!;
    const minute = (index + 0.5) * BIN_MINUTES;
    return { minute, p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) };
  });
}
