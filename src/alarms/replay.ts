import type { GlucosePoint } from "../glucose-point.ts";
import type { GlucoseUnit } from "../glucose.ts";
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
   * Raises that no low episode followed within an hour, or was going on at. Only for `urgentLow`, `low`, `soon` and `falling`.
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
  /** First rule of `urgentLow`, `low`, `soon` and `falling` that rang for it, from an hour before its start on. */
  readonly rule?: AlarmName;
  /** Minutes from that ring to the start. Below 0 it rang after the start. */
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
 * Plays the readings of the past to the rules and reports what would have rung. Each reading arrives at its own time, and a
 * minute passes between two looks at the clock.
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
  const found = (episodes(sorted).value ?? []).filter(({ kind }) => kind === "low");
  const lows = found.map(({ start, end, extremeMgDl }): ReplayedLow => {
    const first = events.find(
      (event) => isWarning(event) && event.at >= new Date(+start - BEFORE_MS) && event.at < end,
    );
    const base = { start, end, lowestMgDl: extremeMgDl };
    if (!first || !("rule" in first)) return base;
    return { ...base, rule: first.rule, warningMinutes: Math.round((+start - +first.at) / MINUTE_MS) };
  });
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
    events.push(...alarms.update(point, now), ...alarms.report({ type: "checked" }, now));
  }
  return events;
}

function isWarning(event: AlarmEvent): boolean {
  return event.type !== "recovered" && event.type !== "missed" && "rule" in event && LOW_RULES.includes(event.rule);
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
