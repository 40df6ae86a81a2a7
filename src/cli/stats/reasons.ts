import type { Missing } from "../../statistics/measure.ts";

/** Says in a few words why a figure is missing. */
export function explainMissing({ missing, have, need }: Missing): string {
  switch (missing) {
    case "readings":
      return `${have} of ${need} readings`;
    case "completeness":
      return `only ${percent(have)} of the time is recorded, ${percent(need)} are needed`;
    case "recorded-hours":
      return `${tenths(have)} of ${need} recorded hours`;
    case "recorded-days":
      return `${tenths(have)} of ${need} recorded days`;
    case "dates":
      return `readings on ${have} of ${need} dates`;
    case "quarter-of-day":
      return `only ${percent(have)} of one quarter of the day is recorded, ${percent(need)} are needed`;
    case "time-zone":
      return "the time zone of the readings is unknown: add --timezone";
    case "mixed-intervals":
      return `readings every ${have} and every ${need} min: choose --days with one sensor`;
    case "ranges":
      return "it does not exist for these ranges";
  }
}

/** Rounds down: what is not enough must not look like it. */
function tenths(count: number): string {
  return (Math.floor(count * 10) / 10).toFixed(1);
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
