import { PROGRAM } from "../program-name.ts";
import type { OptionWords, SubcommandWords } from "./words.ts";

/** Writes the completion script for fish. */
export function fishCompletion(subcommands: readonly SubcommandWords[]): string {
  const names = subcommands.map(({ name }) => name).join(" ");
  const isNone = `not __fish_seen_subcommand_from ${names}`;
  const lines = subcommands.flatMap(({ name, description, options, choices }, index) => {
    const isSeen = `__fish_seen_subcommand_from ${name}`;
    return [
      `complete -c ${PROGRAM} -n ${quote(isNone)} -a ${name} -d ${quote(description)}`,
      ...(choices.length === 0 ? [] : [`complete -c ${PROGRAM} -n ${quote(isSeen)} -a ${quote(choices.join(" "))}`]),
      // The options of the first subcommand can be used without its name.
      ...(index === 0 ? options.map((option) => optionLine(option, isNone)) : []),
      ...options.map((option) => optionLine(option, isSeen)),
    ];
  });
  return [`complete -c ${PROGRAM} -f`, ...lines, ""].join("\n");
}

function optionLine({ flag, description, value }: OptionWords, condition: string): string {
  const start = `complete -c ${PROGRAM} -n ${quote(condition)} -l ${flag.slice(2)} -d ${quote(description)}`;
  if (value === "none") return start;
  if (value === "file") return `${start} -r -F`;
  return value === "any" ? `${start} -x` : `${start} -x -a ${quote(value.join(" "))}`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
