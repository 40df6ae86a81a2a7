import type { Option } from "commander";
import { REGIONS } from "../options.ts";
import type { Subcommand } from "../subcommand.ts";

/** Option as a shell completes it. */
export interface OptionWords {
  readonly flag: string;
  readonly description: string;
  /** `"none"` if it takes no value, `"file"` for a path, `"any"` for free text; else the possible values. */
  readonly value: "none" | "file" | "any" | readonly string[];
}

/** Subcommand as a shell completes it. */
export interface SubcommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Values of its first argument. */
  readonly choices: readonly string[];
}

/** Values that an option takes in any case, so that it has no list of choices itself. */
const VALUES: Readonly<Record<string, OptionWords["value"]>> = {
  "--region": REGIONS,
  "--unit": ["mg/dL", "mmol/L"],
  "--env-file": "file",
  "--alarms": "file",
  "--on-alarm": "file",
  "--alarm-state": "file",
  "--rules": "file",
};

const HELP: OptionWords = { flag: "--help", description: "display help for command", value: "none" };

/** Collects the words of all subcommands. */
export function wordsOf(subcommands: readonly Subcommand<never>[]): SubcommandWords[] {
  return subcommands.map(({ name, summary, options, args = [] }) => ({
    name,
    description: summary,
    options: [...options.map(optionWords), HELP],
    choices: args[0]?.argChoices ?? [],
  }));
}

function optionWords({ long, description, required, optional, argChoices }: Option): OptionWords {
  const flag = long ?? "";
  const value = required || optional ? (argChoices ?? VALUES[flag] ?? "any") : "none";
  return { flag, description, value };
}
