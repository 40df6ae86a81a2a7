import { assertArgument, isObject } from "../validate.ts";
import { checkUnit, type GlucoseUnit } from "../glucose/glucose.ts";
import type { AlarmName, AlarmPriority, AlarmRules } from "./alarm-rules.ts";

/** Settings of one rule, complete: figures in mg/dL and minutes, `Infinity` for no reminder. */
export interface RuleSettings {
  readonly priority: AlarmPriority;
  readonly remindMinutes: number;
  readonly forMinutes: number;
  readonly threshold: number;
  readonly perMinute: number;
  readonly overMinutes: number;
  readonly below: number;
  readonly above: number;
  readonly withinMinutes: number;
  readonly afterMinutes: number;
}

type SettingName = keyof RuleSettings;

/** Settings of the rules that are on, most urgent first. */
export type ResolvedRules = Partial<Record<AlarmName, RuleSettings>>;

const MG_PER_MMOL = 1 / 0.0555;

const threshold = (figure: number, remindMinutes: number): Partial<RuleSettings> => ({
  threshold: figure,
  forMinutes: 0,
  remindMinutes,
});
const rate: Partial<RuleSettings> = {
  perMinute: 2,
  overMinutes: 10,
  below: Infinity,
  above: 0,
  forMinutes: 0,
  remindMinutes: Infinity,
};
const silence = (afterMinutes: number): Partial<RuleSettings> => ({ afterMinutes, remindMinutes: 30 });

/** Defaults by rule, most urgent first: events of one call come in this order. A rule takes no other setting. */
const DEFAULTS: Readonly<Record<AlarmName, Partial<RuleSettings>>> = {
  urgentLow: { priority: "urgent", ...threshold(55, 5) },
  low: threshold(70, 30),
  soon: { priority: "urgent", threshold: 55, withinMinutes: 20, forMinutes: 0, remindMinutes: Infinity },
  falling: rate,
  urgentHigh: { priority: "urgent", ...threshold(300, 60) },
  high: threshold(250, 60),
  rising: rate,
  blind: silence(15),
  noData: silence(20),
  clock: { priority: "info", remindMinutes: Infinity },
};

const PRIORITIES: readonly unknown[] = ["info", "warning", "urgent"];

/** Smallest and largest figure of a setting. A glucose in mmol/L is rounded to the steps of a mg/dL. */
type Limits = readonly [min: number, max: number, stepsPerMgDl?: number];

/** Sensors report whole figures: 3.9 mmol/L means 70 mg/dL. */
const GLUCOSE: Limits = [40, 400, 1];
const LIMITS: Readonly<Record<Exclude<SettingName, "priority">, Limits>> = {
  threshold: GLUCOSE,
  below: GLUCOSE,
  above: GLUCOSE,
  perMinute: [0.2, 10, 10],
  overMinutes: [10, 60],
  withinMinutes: [5, 60],
  afterMinutes: [5, 180],
  forMinutes: [0, 360],
  remindMinutes: [1, 1440],
};

/** An urgent low is never silent for longer. */
export const MAX_URGENT_MINUTES = 30;

/** Rules whose thresholds must rise in this order. */
const ASCENDING = ["urgentLow", "low", "high", "urgentHigh"] as const;

/**
 * Checks the rules and completes them with their defaults.
 *
 * @throws {ArgumentError} Naming the rule and the setting.
 */
export function resolveRules(rules: AlarmRules, unit: GlucoseUnit): ResolvedRules {
  checkUnit(unit);
  assertArgument(isObject(rules), "rules must be an object");
  const names = Object.keys(DEFAULTS) as AlarmName[];
  for (const name of Object.keys(rules) as AlarmName[]) {
    assertArgument(names.includes(name), `${name} is not a rule. The rules are ${names.join(", ")}`);
  }
  const resolved: ResolvedRules = {};
  for (const name of names) {
    const given = rules[name] ?? false;
    assertArgument(isObject(given) || typeof given === "boolean", `${name} must be true, false or an object`);
    const settings: Record<string, unknown> = { priority: "warning", ...DEFAULTS[name] };
    if (name === "soon" && resolved.urgentLow) settings["threshold"] = resolved.urgentLow.threshold;
    for (const [key, value] of Object.entries(given) as [SettingName, unknown][]) {
      assertArgument(
        Object.hasOwn(settings, key),
        `${name} has no setting ${key}. It has ${Object.keys(settings).join(", ")}`,
      );
      if (value !== undefined) settings[key] = resolveSetting([name, key], value, unit);
    }
    if (given) resolved[name] = settings as unknown as RuleSettings;
  }
  checkThresholds(resolved);
  return resolved;
}

function resolveSetting([name, key]: readonly [AlarmName, SettingName], value: unknown, unit: GlucoseUnit): unknown {
  const path = `${name}.${key}`;
  if (key === "priority") {
    assertArgument(PRIORITIES.includes(value), `${path} must be ${PRIORITIES.join(", ")}`);
    return value;
  }
  const [min, limit, steps] = LIMITS[key];
  const isUrgent = name === "urgentLow" && !steps;
  if (key === "remindMinutes" && value === null && !isUrgent) return Infinity;
  const max = isUrgent ? MAX_URGENT_MINUTES : limit;
  let figure = typeof value === "number" ? value : NaN;
  let range = `${min} to ${max}${steps ? " mg/dL" : ""}`;
  if (steps && unit === "mmol/L") {
    const [from, to] = [min, max].map((mgDl) => (mgDl / MG_PER_MMOL).toFixed(steps > 1 ? 3 : 1));
    range = `${from} to ${to} ${unit} (${range})`;
    figure = Math.round(figure * MG_PER_MMOL * steps) / steps;
  }
  assertArgument(figure >= min && figure <= max, `${path} must be a number from ${range}`);
  return figure;
}

/** A threshold on the wrong side of its neighbour is a slip of the keyboard, and would ring all day or never. */
function checkThresholds(rules: ResolvedRules): void {
  assertArgument(Object.keys(rules).length, "rules must turn on at least one rule");
  let below: AlarmName | undefined;
  for (const name of ASCENDING) {
    const settings = rules[name];
    if (!settings) continue;
    assertArgument(
      !below || rules[below]!.threshold < settings.threshold,
      `${below}.threshold must be below ${name}.threshold`,
    );
    below = name;
  }
}
