import { GlucoseReading } from "../../src/glucose-reading.ts";
import { TRENDS } from "../../src/glucose/trend.ts";
import { NOW } from "./moment.ts";

/** Newest first: `[minutes before NOW, mg/dL]` each, steady unless said otherwise. */
export function readingsOf(
  points: readonly (readonly [minutesAgo: number, mgDl: number])[],
  timezone = "-0400",
  trend = 4,
): GlucoseReading[] {
  return points.map(([minutesAgo, mgDl]) => {
    const time = NOW - minutesAgo * 60_000;
    return GlucoseReading.from({
      mgDl,
      trend: TRENDS[trend]!,
      time,
      timezone: timezone || undefined,
      json: { Value: mgDl, Trend: trend },
    });
  });
}
