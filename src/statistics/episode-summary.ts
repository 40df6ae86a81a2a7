import { findEpisodes, type Episode, type EpisodeKind } from "./episodes.ts";
import { measure, type Measure, type Missing } from "./measure.ts";
import type { GlucoseRanges } from "./ranges.ts";
import type { Series } from "./series.ts";

const WEEK_MS = 604_800_000;
const KINDS: readonly EpisodeKind[] = ["low", "veryLow", "extendedLow", "high", "veryHigh", "extendedHigh"];

/** Number and length of the episodes of a kind. */
export interface EpisodeCount {
  readonly count: number;
  /** Absent if there is no episode. */
  readonly meanDurationMinutes?: number;
  /** Episodes per week of recorded time. */
  readonly perWeek: Measure<number>;
}

/** Episodes of a window. */
export interface EpisodesSummary {
  /** Episodes, sorted by their start. */
  readonly list: readonly Episode[];
  readonly byKind: Readonly<Record<EpisodeKind, EpisodeCount>>;
}

/** Finds the episodes, and counts them by kind. */
export function summarizeEpisodes(series: Series, ranges: GlucoseRanges, weekly: Missing | undefined): EpisodesSummary {
  const list = findEpisodes(series, ranges);
  const weeks = (series.length * series.intervalMs) / WEEK_MS;
  const countOf = (kind: EpisodeKind): EpisodeCount => {
    const own = list.filter((episode) => episode.kind === kind);
    const count = own.length;
    const meanDurationMinutes = own.reduce((sum, { durationMinutes }) => sum + durationMinutes, 0) / count;
    return { count, ...(count > 0 && { meanDurationMinutes }), perWeek: measure(weekly, count / weeks) };
  };
  const byKind = Object.fromEntries(KINDS.map((kind) => [kind, countOf(kind)])) as Record<EpisodeKind, EpisodeCount>;
  return { list, byKind };
}
