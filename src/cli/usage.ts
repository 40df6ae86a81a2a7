import type { Command, CommanderError } from "commander";
import { nearest } from "../nearest.ts";

/**
 * Describes a mistake on the command line. It repeats nothing that was typed, because a mistyped option or argument may
 * hold the password: `-pSECRET`, `--pasword=SECRET`.
 */
export function describeUsage({ code, message }: CommanderError, command: Command, help: string): string {
  const rule = /.* is invalid(?: for argument '\w+')?\. (.*)$/s.exec(message)?.[1] ?? "";
  switch (code) {
    case "commander.unknownOption": {
      // The name ends at the first character that no option has. What follows is a value.
      const given = /unknown option '(--[a-z-]+)/i.exec(message)?.[1] ?? "";
      const meant = nearest(given, flagsOf(command));
      return meant === undefined ? `unknown option; see ${help}` : `unknown option; did you mean ${meant}?`;
    }
    case "commander.invalidArgument":
      return `${optionIn(message) ?? "the argument"}: ${rule}`;
    case "commander.optionMissingArgument":
      return `${optionIn(message) ?? "the option"}: It needs a value.`;
    case "commander.conflictingOption":
      return message.replace(/^error: /, "").replaceAll(/option '(--[a-z-]+)[^']*'/g, "$1");
    case "commander.excessArguments":
      return `too many arguments; see ${help}`;
    default:
      return message.replace(/^error: /, "");
  }
}

/** Returns the long names of the options of a command. */
function flagsOf(command: Command): string[] {
  return ["--help", ...command.options.flatMap(({ long }) => long ?? [])];
}

/** Finds the option in a message of Commander, which quotes its declaration before the value. */
function optionIn(message: string): string | undefined {
  return /^error: option '(?:-\w, )?(--[a-z-]+)/.exec(message)?.[1];
}
