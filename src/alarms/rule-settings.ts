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

/** Smallest and largest figure of each setting, in mg/dL and minutes. */
const LIMITS: Readonly<Partial<Record<SettingName, readonly [min: number, max: number]>>> = {
  threshold: [40, 400],
  below: [40, 400],
  above: [40, 400],
  perMinute: [0.2, 10],
  overMinutes: [10, 60],
  withinMinutes: [5, 60],
  afterMinutes: [5, 180],
  forMinutes: [0, 360],
  remindMinutes: [1, 1440],
};

/** An urgent low is never silent for longer. */
export const MAX_URGENT_MINUTES = 30;

/**
 * Checks the rules and completes them with their defaults, most urgent first.
 *
 * @throws {ArgumentError} Naming the rule and the setting.
 */
export function resolveRules(rules: AlarmRules, unit: GlucoseUnit): Map<AlarmName, RuleSettings> {
  checkUnit(unit);
  assertArgument(isObject(rules), "rules must be an object");
  for (const name of Object.keys(rules)) {
    assertArgument(
      Object.hasOwn(DEFAULTS, name),
      `${name} is not a rule. The rules are ${Object.keys(DEFAULTS).join(", ")}`,
    );
  }
  const resolved = new Map<AlarmName, RuleSettings>();
  for (const name of Object.keys(DEFAULTS) as AlarmName[]) {
    const given = rules[name] ?? false;
    assertArgument(isObject(given) || typeof given === "boolean", `${name} must be true, false or an object`);
    if (given !== false) resolved.set(name, resolveRule(name, given === true ? {} : given, unit));
  }
  assertArgument(resolved.size, "rules must turn on at least one rule");
  const predicted = resolved.get("soon");
  const urgent = resolved.get("urgentLow");
  if (predicted && urgent && (rules.soon as { threshold?: number }).threshold === undefined) {
    resolved.set("soon", { ...predicted, threshold: urgent.threshold });
  }
  checkOrder(resolved);
  return resolved;
}

function resolveRule(name: AlarmName, given: object, unit: GlucoseUnit): RuleSettings {
  const settings: Record<string, unknown> = { priority: "warning", ...DEFAULTS[name] };
  for (const [key, value] of Object.entries(given) as [SettingName, unknown][]) {
    assertArgument(
      Object.hasOwn(settings, key),
      `${name} has no setting ${key}. It has ${Object.keys(settings).join(", ")}`,
    );
    if (value !== undefined) settings[key] = resolveSetting(name, key, { value, unit });
  }
  return settings as unknown as RuleSettings;
}

function resolveSetting(
  name: AlarmName,
  key: SettingName,
  { value, unit }: { readonly value: unknown; readonly unit: GlucoseUnit },
): unknown {
  const path = `${name}.${key}`;
  if (key === "priority") {
    assertArgument(PRIORITIES.includes(value), `${path} must be ${PRIORITIES.join(", ")}`);
    return value;
  }
  const [min, max] = LIMITS[key]!;
  const isUrgent = name === "urgentLow" && key.endsWith("Minutes");
  if (key === "remindMinutes" && value === null && !isUrgent) return Infinity;
  const isGlucose = min === 40;
  const isConverted = unit === "mmol/L" && (isGlucose || key === "perMinute");
  // 3.9 mmol/L means 70 mg/dL: whole figures, as sensors report them.
  const figure = isConverted && typeof value === "number" ? value * MG_PER_MMOL : value;
  const exact = isConverted && isGlucose ? Math.round(figure as number) : figure;
  const top = isUrgent ? MAX_URGENT_MINUTES : max;
  const shown = isConverted ? `${unit} (${min} to ${top} mg/dL)` : isGlucose ? unit : "";
  const range = isConverted
    ? `${(min / MG_PER_MMOL).toFixed(1)} to ${(top / MG_PER_MMOL).toFixed(1)}`
    : `${min} to ${top}`;
  assertArgument(
    typeof exact === "number" && exact >= min && exact <= top,
    `${path} must be a number from ${range} ${shown}`.trimEnd(),
  );
  return exact;
}

/** A threshold on the wrong side of its neighbour is a slip of the keyboard, and would ring all day or never. */
function checkOrder(rules: ReadonlyMap<AlarmName, RuleSettings>): void {
  const given = (["urgentLow", "low", "high", "urgentHigh"] as const).filter((name) => rules.has(name));
  given.forEach((name, index) => {
    const next = given[index + 1];
    assertArgument(
      !next || rules.get(name)!.threshold < rules.get(next)!.threshold,
      `${name}.threshold must be below ${String(next)}.threshold`,
    );
  });
}
