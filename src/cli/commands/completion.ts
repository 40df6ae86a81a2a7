import { Argument } from "commander";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { wordsOf, type SubcommandWords } from "../completion/words.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { EXIT, UsageError } from "../exit.ts";
import type { Subcommand } from "../subcommand.ts";

const SHELLS: Readonly<Record<string, (subcommands: readonly SubcommandWords[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const NOTES = `Add one of these lines to the start-up file of your shell:
  ~/.bashrc                    eval "$(dexcom-share-ts completion bash)"
  ~/.zshrc, after compinit     eval "$(dexcom-share-ts completion zsh)"
  ~/.config/fish/config.fish   dexcom-share-ts completion fish | source`;

/** Makes the subcommand that writes a completion script for the others and itself. */
export function makeCompletion(others: readonly Subcommand<never>[]): Subcommand<object> {
  const completion: Subcommand<object> = {
    name: "completion",
    summary: "a script that completes this command in bash, zsh or fish",
    options: [],
    args: [new Argument("<shell>", "the shell").choices(Object.keys(SHELLS))],
    notes: NOTES,
    run(_options, io, [shell = ""]) {
      const write = SHELLS[shell];
      if (write === undefined) throw new UsageError("The shell must be bash, zsh or fish.");
      io.stdout.write(write(wordsOf([...others, completion])));
      return Promise.resolve(EXIT.OK);
    },
  };
  return completion;
}
