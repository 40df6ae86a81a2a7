import { PROGRAM } from "../program-name.ts";
import type { OptionWords, SubcommandWords } from "./words.ts";

/** Writes the completion script for bash 3.2 and later, which needs no package of completions. */
export function bashCompletion(subcommands: readonly SubcommandWords[]): string {
  const names = subcommands.map(({ name }) => name);
  const options = new Map(
    subcommands.flatMap((subcommand) => subcommand.options.map((option) => [option.flag, option])),
  );
  const values = [...options.values()].filter(({ value }) => value !== "none");
  return `_dexcom_share_ts() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} subcommand= index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      ${names.join("|")}) subcommand=\${COMP_WORDS[index]}; break ;;
    esac
  done
  case $previous in
${values.map(valueCase).join("\n")}
  esac
  case $subcommand in
${subcommands.map(subcommandCase).join("\n")}
    *) COMPREPLY=($(compgen -W "${[...names, ...flagsOf(subcommands[0])].join(" ")}" -- "$word")) ;;
  esac
}
complete -F _dexcom_share_ts ${PROGRAM}
`;
}

function valueCase({ flag, value }: OptionWords): string {
  // The next word may be an option instead of the file.
  if (value === "file") return `    ${flag}) [[ $word == -* ]] || { COMPREPLY=($(compgen -f -- "$word")); return; } ;;`;
  if (value === "any" || value === "none") return `    ${flag}) return ;;`;
  return `    ${flag}) COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$word")); return ;;`;
}

function subcommandCase(subcommand: SubcommandWords): string {
  const words = [...subcommand.choices, ...flagsOf(subcommand)].join(" ");
  return `    ${subcommand.name}) COMPREPLY=($(compgen -W "${words}" -- "$word")) ;;`;
}

function flagsOf(subcommand: SubcommandWords | undefined): string[] {
  return subcommand?.options.map(({ flag }) => flag) ?? [];
}
