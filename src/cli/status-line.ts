import { InvalidArgumentError } from "commander";
import type { GlucoseReading } from "../glucose-reading.ts";
import type { GlucoseUnit } from "../glucose/glucose.ts";
import { nearest } from "../nearest.ts";
import { formatShortAge } from "./times.ts";
import { formatDelta } from "./units.ts";

/** Everything that a line of `--format` can name. */
export interface StatusFacts {
  readonly reading: GlucoseReading;
  /** Reading before it, if one was asked for. */
  readonly previous: GlucoseReading | undefined;
  readonly unit: GlucoseUnit;
  readonly now: number;
  readonly isStale: boolean;
}

/** Placeholders of `--format`. */
const PLACEHOLDERS: Readonly<Record<string, (facts: StatusFacts) => string>> = {
  value: ({ reading, unit }) => reading.format(unit),
  unit: ({ unit }) => unit,
  arrow: ({ reading }) => reading.trendArrow,
  trend: ({ reading }) => reading.trendDescription,
  delta: ({ reading, previous, unit }) => formatDelta(reading.delta(previous), unit),
  age: ({ reading, now }) => formatShortAge(reading.ageMs(now)),
  time: ({ reading }) => reading.localTime(),
  level: ({ reading }) => reading.level,
  stale: ({ isStale }) => (isStale ? "stale" : ""),
};

export const PLACEHOLDER_NAMES: readonly string[] = Object.keys(PLACEHOLDERS);

/** A placeholder is a word in braces. All other braces stay, so that a format can be JSON. */
const PLACEHOLDER = /\{([a-z]+)\}/gi;

/** Checks what `--format` is given. */
export function parseFormat(text: string): string {
  for (const [, name = ""] of text.matchAll(PLACEHOLDER)) {
    if (Object.hasOwn(PLACEHOLDERS, name)) continue;
    const meant = nearest(name, PLACEHOLDER_NAMES);
    const hint = meant === undefined ? `It knows ${PLACEHOLDER_NAMES.join(", ")}.` : `Did you mean {${meant}}?`;
    throw new InvalidArgumentError(`It has an unknown placeholder. ${hint}`);
  }
  return text;
}

/** Returns `true` if the format needs the reading before the newest. */
export function needsPrevious(format: string): boolean {
  return format.includes("{delta}");
}

export function writeStatusLine(format: string, facts: StatusFacts): string {
  return format.replace(PLACEHOLDER, (_, name: string) => PLACEHOLDERS[name]!(facts));
}
