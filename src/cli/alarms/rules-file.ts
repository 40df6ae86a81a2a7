import { readFile } from "node:fs/promises";
import { createAlarms } from "../../alarms/alarms.ts";
import { DEFAULT_RULES, type AlarmRules } from "../../alarms/alarm-rules.ts";
import { ArgumentError } from "../../errors.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { isObject } from "../../validate.ts";
import { UsageError } from "../exit.ts";
import { parseUnit } from "../options.ts";

/** Rules, and the unit of their figures. */
export interface RuleSet {
  readonly rules: AlarmRules;
  readonly unit: GlucoseUnit;
}

/**
 * Reads the rules of a JSON file: an object of rules by name, and optionally `unit`. Without a file it returns the
 * rules that the official apps have on.
 *
 * @param unit Unit of a file that names no unit.
 * @throws {UsageError} Naming the rule and its field.
 */
export async function readRules(file: string | true, unit: GlucoseUnit): Promise<RuleSet> {
  if (file === true) return { rules: DEFAULT_RULES, unit };
  const content = parse(await readText(file));
  if (!isObject(content) || Array.isArray(content)) throw new UsageError("The file of rules must hold a JSON object.");
  const { unit: named, ...rules } = content as AlarmRules & { readonly unit?: unknown };
  const own = named === undefined ? unit : typeof named === "string" ? parseUnit(named) : undefined;
  if (own === undefined) throw new UsageError("The file of rules: unit must be mg/dL or mmol/L");
  try {
    createAlarms(rules, { unit: own });
  } catch (error) {
    throw error instanceof ArgumentError ? new UsageError(`The file of rules: ${error.message}`) : error;
  }
  return { rules, unit: own };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`The file of rules can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}).`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // The message of the engine would repeat the text.
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = position === undefined ? "" : ` (line ${text.slice(0, Number(position)).split("\n").length})`;
    throw new UsageError(`The file of rules is not valid JSON${line}.`);
  }
}
