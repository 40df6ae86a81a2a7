import type { GlucoseUnit } from "../glucose/glucose.ts";
import type { AlarmName, AlarmRules } from "./alarm-rules.ts";
import { levelOf, type LevelAt } from "./level.ts";
import { resolveRules, type RuleSettings } from "./rule-settings.ts";

/** A rule that is on. */
export interface Rule {
  readonly name: AlarmName;
  readonly settings: RuleSettings;
  /** Judges readings; absent for the rules that silence or a wrong date raises. */
  readonly level: LevelAt | undefined;
  /** It goes on while readings are missing. */
  readonly isLow: boolean;
}

/** @throws {ArgumentError} Naming the rule and the setting. */
export function makeRules(rules: AlarmRules, unit: GlucoseUnit): Rule[] {
  return (Object.entries(resolveRules(rules, unit)) as [AlarmName, RuleSettings][]).map(([name, settings]) => ({
    name,
    settings,
    level: levelOf(name, settings),
    isLow: name === "low" || name === "urgentLow",
  }));
}
