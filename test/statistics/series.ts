/** Made-up readings for the tests of the statistics. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { GlucosePoint } from "../../src/statistics/index.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;
export const START: number = Date.UTC(2026, 0, 5);

/** A file of known-answers/, as text. */
export function knownAnswer(file: string): string {
  return readFileSync(path.join(import.meta.dirname, "known-answers", file), "utf8");
}

/** 4,032 readings: 14 days from START, without a gap, with UTC as the local time. */
export const grid14: readonly GlucosePoint[] = knownAnswer("grid14.csv")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [, time, mgDl] = line.split(",");
    return { mgDl: Number(mgDl), datetime: new Date(`${time!.replace(" ", "T")}Z`), timezone: "+0000" };
  });

/** The fifth day of them. */
export const day1: readonly GlucosePoint[] = grid14.slice(4 * 288, 5 * 288);

/** Readings with these values, one every `minutes` from `start`; `null` leaves one out. */
export function readings(
  values: readonly (number | null)[],
  {
    start = START,
    minutes = 5,
    timezone = "+0000",
  }: { start?: number; minutes?: number; timezone?: string | null } = {},
): GlucosePoint[] {
  return values.flatMap((mgDl, i) =>
    mgDl === null
      ? []
      : [{ mgDl, datetime: new Date(start + i * minutes * MINUTE_MS), timezone: timezone ?? undefined }],
  );
}

/** `count` readings of the same value. */
export function steady(count: number, mgDl: number): number[] {
  return Array.from({ length: count }, () => mgDl);
}
