import type { AlarmName, AlarmRules } from "../../alarms/alarm-rules.ts";
import { replay, type ReplayReport } from "../../alarms/replay.ts";
import type { RuleSettings } from "../../alarms/rule-settings.ts";
import { makeRules } from "../../alarms/rule.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import { toMmolL, type GlucoseUnit } from "../../glucose/glucose.ts";
import type { RuleSet } from "./rules-file.ts";

/** Change of one setting that makes a rule ring less often. */
export interface Quieter {
  readonly rule: AlarmName;
  readonly setting: keyof RuleSettings;
  readonly from: number;
  readonly to: number;
  /** Rings a week that the change saves. */
  readonly savedPerWeek: number;
  /** Change of the median warning before a low, in minutes. Below 0 the warning is shorter. */
  readonly warningChange: number;
  /** Lows that would lose every alarm before or during them. */
  readonly unwarned: number;
}

/** Steps that are tried, in mg/dL and minutes. Urgent lows stay as they are. */
const STEPS: Readonly<Partial<Record<AlarmName, readonly [setting: keyof RuleSettings, step: number]>>> = {
  low: ["threshold", -5],
  high: ["threshold", 20],
  urgentHigh: ["threshold", 20],
  falling: ["perMinute", 1],
  rising: ["perMinute", 1],
  noData: ["afterMinutes", 15],
};
const MAX_SHOWN = 3;

/** Finds the changes that would have saved the most rings, the best first. */
export function findQuieter(
  { rules, unit }: RuleSet,
  points: readonly GlucosePoint[],
  report: ReplayReport,
): Quieter[] {
  const found = makeRules(rules, unit).flatMap(({ name: rule, settings }) => {
    const [setting, step] = STEPS[rule] ?? [];
    if (setting === undefined || step === undefined || ringsOf(report, rule) === 0) return [];
    const from = settings[setting] as number;
    const to = from + step;
    const changed = tryReplay(withSetting({ rules, unit }, { rule, setting, figure: to }), points, unit);
    if (!changed) return [];
    const savedPerWeek = ringsOf(report, rule) - ringsOf(changed, rule);
    if (savedPerWeek <= 0) return [];
    const warningChange = medianWarning(changed) - medianWarning(report);
    return [{ rule, setting, from, to, savedPerWeek, warningChange, unwarned: unwarned(changed) - unwarned(report) }];
  });
  return found.sort((a, b) => b.savedPerWeek - a.savedPerWeek).slice(0, MAX_SHOWN);
}

function withSetting(
  { rules, unit }: RuleSet,
  { rule, setting, figure }: { readonly rule: AlarmName; readonly setting: string; readonly figure: number },
): AlarmRules {
  const given = rules[rule];
  const isConverted = unit === "mmol/L" && setting !== "afterMinutes";
  const value = isConverted ? figure * 0.0555 : figure;
  return { ...rules, [rule]: { ...(typeof given === "object" ? given : {}), [setting]: value } };
}

/** The change may break another limit: a low below the urgent low never rings. */
function tryReplay(rules: AlarmRules, points: readonly GlucosePoint[], unit: GlucoseUnit): ReplayReport | undefined {
  try {
    return replay(rules, points, { unit });
  } catch {
    return undefined;
  }
}

function ringsOf({ rules }: ReplayReport, name: AlarmName): number {
  return rules.find(({ rule }) => rule === name)?.ringsPerWeek ?? 0;
}

function unwarned({ lows }: ReplayReport): number {
  return lows.filter(({ rule }) => rule === undefined).length;
}

/** Median warning of the lows that had one; 0 if no low had one. */
export function medianWarning({ lows }: Pick<ReplayReport, "lows">): number {
  const sorted = lows.flatMap(({ warningMinutes }) => warningMinutes ?? []).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0 ? 0 : (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** Writes a setting in the unit of the rules: `"270 mg/dL"`, `"35 min"`. */
export function formatSetting(setting: keyof RuleSettings, figure: number, unit: GlucoseUnit): string {
  if (setting === "afterMinutes") return `${figure} min`;
  const rate = setting === "perMinute" ? " a minute" : "";
  return `${unit === "mmol/L" ? toMmolL(figure).toFixed(1) : figure} ${unit}${rate}`;
}
