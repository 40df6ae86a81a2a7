import { PROGRAM } from "../program-name.ts";
import type { OptionWords, SubcommandWords } from "./words.ts";

/** Writes the completion script for zsh. */
export function zshCompletion(subcommands: readonly SubcommandWords[]): string {
  const described = subcommands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`).join("\n");
  return `#compdef ${PROGRAM}

_dexcom_share_ts() {
  local -a subcommands
  subcommands=(
${described}
  )
  local subcommand=\${words[(r)(${subcommands.map(({ name }) => name).join("|")})]}
  case $subcommand in
${subcommands.map(subcommandCase).join("\n")}
    *)
      local curcontext=$curcontext state line
      typeset -A opt_args
      _arguments -C -S \\
${argumentLines(subcommands[0]?.options ?? [])} \\
        '1:subcommand:->subcommand'
      [[ $state == subcommand ]] && _describe subcommand subcommands
      ;;
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _dexcom_share_ts "$@"
else
  compdef _dexcom_share_ts ${PROGRAM}
fi
`;
}

function subcommandCase({ name, options, choices }: SubcommandWords): string {
  const first = `        ${quote("1:subcommand:")}${choices.length === 0 ? "" : ` \\\n        ${quote(`2:argument:(${choices.join(" ")})`)}`}`;
  return `    ${name})
      _arguments -S \\
${argumentLines(options)} \\
${first}
      ;;`;
}

function argumentLines(options: readonly OptionWords[]): string {
  return options.map((option) => `        ${quote(specOf(option))}`).join(" \\\n");
}

function specOf({ flag, description, value }: OptionWords): string {
  const text = description.replace(/[[\]:\\]/g, "\\$&");
  if (value === "none") return `${flag}[${text}]`;
  if (value === "file") return `${flag}=[${text}]:file:_files`;
  return `${flag}=[${text}]:value:${value === "any" ? "" : `(${value.join(" ")})`}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
