import type { GlucosePoint } from "../glucose/glucose-point.ts";
import type { GlucoseUnit } from "../glucose/glucose.ts";
import { episodes } from "../statistics/episodes.ts";
import type { AlarmEvent } from "./alarm-event.ts";
import type { AlarmName, AlarmRules } from "./alarm-rules.ts";
import { createAlarms } from "./alarms.ts";
import { MINUTE_MS } from "./reading-window.ts";

/** Result of replaying one rule. */
export interface ReplayedRule {
  readonly rule: AlarmName;
  readonly raised: number;
  readonly reminders: number;
  /** Raises, reminders and `worse` a week. */
  readonly ringsPerWeek: number;
  /**
   * Raises without a low episode at that time or within an hour. Only for `urgentLow`, `low`, `soon` and `falling`.
   */
  readonly falseAlarms?: number;
  /** Recoveries that look like pressure on the sensor. */
  readonly compressionLows: number;
  /** Longest time between two events of the rule while it was active. */
  readonly longestSilenceMinutes: number;
}

/** A low episode of the statistics, and its first warning. */
export interface ReplayedLow {
  readonly start: Date;
  readonly end: Date;
  readonly lowestMgDl: number;
  /**
   * The first of `urgentLow`, `low`, `soon` and `falling` to warn of it: raised in the hour before the start or during
   * the low, or active all that time. An alarm of the low before counts only if it was still active at the start.
   */
  readonly rule?: AlarmName;
  /**
   * Minutes from that warning to the start: 60 at most, and no longer than the time since the low before. Below 0 the
   * warning came after the start.
   */
  readonly warningMinutes?: number;
}

/** Result of replaying the rules. */
export interface ReplayReport {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly readings: number;
  readonly rules: readonly ReplayedRule[];
  readonly lows: readonly ReplayedLow[];
  readonly events: readonly AlarmEvent[];
  /** Longest time without a reading. */
  readonly longestGapMinutes: number;
}

const WEEK_MS = 604_800_000;
const BEFORE_MS = 60 * MINUTE_MS;
const LOW_RULES: readonly AlarmName[] = ["urgentLow", "low", "soon", "falling"];

/**
 * Plays the readings of the past to the rules and reports what would have rung. Each reading arrives at its own time,
 * and a minute passes between two looks at the clock. A gap counts as missing data: readings don't tell if checks
 * failed, so `blind` never rings.
 *
 * @throws {ArgumentError} If a rule, an option or a reading is invalid.
 * @example
 * ```ts
 * import { DEFAULT_RULES, replay } from "dexcom-share-ts/alarms";
 * import { generateReadings } from "dexcom-share-ts/simulator";
 * const to = Date.UTC(2026, 0, 15);
 * const points = generateReadings({ from: to - 14 * 86_400_000, to });
 * const report = replay(DEFAULT_RULES, points, { unit: "mg/dL" });
 * for (const { rule, raised, ringsPerWeek } of report.rules) console.log(rule, raised, ringsPerWeek);
 * ```
 */
export function replay(
  rules: AlarmRules,
  points: Iterable<GlucosePoint>,
  { unit }: { readonly unit: GlucoseUnit },
): ReplayReport {
  const sorted = [...points].sort((a, b) => a.datetime.getTime() - b.datetime.getTime());
  const events = play(rules, sorted, unit);
  const times = sorted.map(({ datetime }) => datetime.getTime());
  const lows = findLows(sorted, events);
  const weeks = times.length > 1 ? (times.at(-1)! - times[0]!) / WEEK_MS : 1;
  return {
    from: sorted[0]?.datetime,
    to: sorted.at(-1)?.datetime,
    readings: sorted.length,
    rules: (Object.keys(rules) as AlarmName[])
      .filter((name) => rules[name])
      .map((name) => sumUp(name, events, { lows, weeks })),
    lows,
    events,
    longestGapMinutes:
      times.reduce((longest, time, i) => Math.max(longest, time - (times[i - 1] ?? time)), 0) / MINUTE_MS,
  };
}

function play(rules: AlarmRules, points: readonly GlucosePoint[], unit: GlucoseUnit): AlarmEvent[] {
  const alarms = createAlarms(rules, { unit });
  const events: AlarmEvent[] = [];
  let now: number | undefined;
  for (const point of points) {
    const time = point.datetime.getTime();
    for (now ??= time; now + MINUTE_MS < time;) events.push(...alarms.tick((now += MINUTE_MS)));
    now = time;
    events.push(...alarms.update(point, now));
  }
  return events;
}

/** Time for which an alarm was active. */
interface Span {
  readonly rule: AlarmName;
  readonly from: number;
  readonly to: number;
}

/** Returns the spans of the low rules, by their start. */
function warningSpans(events: readonly AlarmEvent[]): Span[] {
  return events.flatMap((event, index) => {
    if (event.type !== "raised" || !LOW_RULES.includes(event.rule)) return [];
    const end = events
      .slice(index)
      .find(({ type, ...other }) => type === "recovered" && "rule" in other && other.rule === event.rule);
    return [{ rule: event.rule, from: event.at.getTime(), to: end ? end.at.getTime() : Infinity }];
  });
}

function findLows(points: readonly GlucosePoint[], events: readonly AlarmEvent[]): ReplayedLow[] {
  const spans = warningSpans(events);
  let previousEnd = -Infinity;
  return (episodes(points).value ?? [])
    .filter(({ kind }) => kind === "low")
    .map(({ start, end, extremeMgDl }) => {
      const [begins, ends] = [start.getTime(), end.getTime()];
      const earliest = Math.max(begins - BEFORE_MS, previousEnd);
      previousEnd = ends;
      const first = spans.find(({ from, to }) => from < ends && (from >= earliest || to > begins));
      const low = { start, end, lowestMgDl: extremeMgDl };
      if (!first) return low;
      const warningMinutes = Math.round((begins - Math.max(first.from, earliest)) / MINUTE_MS);
      return { ...low, rule: first.rule, warningMinutes };
    });
}

function sumUp(
  rule: AlarmName,
  events: readonly AlarmEvent[],
  { lows, weeks }: { readonly lows: readonly ReplayedLow[]; readonly weeks: number },
): ReplayedRule {
  const own = events.filter((event) => "rule" in event && event.rule === rule && event.type !== "missed");
  const raises = own.filter(({ type }) => type === "raised");
  const reminders = own.filter(({ type }) => type === "reminder").length;
  const rings = own.filter(({ type }) => type !== "recovered").length;
  const isFollowed = ({ at }: AlarmEvent): boolean =>
    lows.some(({ start, end }) => +start - BEFORE_MS <= +at && at < end);
  const silences = own.map((event, i) => (event.type === "raised" || i === 0 ? 0 : +event.at - +own[i - 1]!.at));
  return {
    rule,
    raised: raises.length,
    reminders,
    ringsPerWeek: rings / weeks,
    ...(LOW_RULES.includes(rule) && { falseAlarms: raises.filter((event) => !isFollowed(event)).length }),
    compressionLows: own.filter((event) => event.type === "recovered" && event.isCompression).length,
    longestSilenceMinutes: Math.max(0, ...silences) / MINUTE_MS,
  };
}
