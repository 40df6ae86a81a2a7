import type { Subcommand } from "./subcommand.ts";

/**
 * Moves the subcommand to the front, so that options may stand on both sides of it.
 *
 * The first word that is neither an option nor the value of one is the subcommand. A word that names none stays at its
 * place.
 */
export function subcommandFirst(argv: readonly string[], subcommands: readonly Subcommand<never>[]): string[] {
  const index = firstOperand(argv, subcommands);
  const word = argv[index];
  if (word === undefined || !subcommands.some(({ name }) => name === word)) return [...argv];
  return [word, ...argv.slice(0, index), ...argv.slice(index + 1)];
}

/** Returns the first word that is neither an option nor the value of one. */
export function firstWord(argv: readonly string[], subcommands: readonly Subcommand<never>[]): string | undefined {
  return argv[firstOperand(argv, subcommands)];
}

function firstOperand(argv: readonly string[], subcommands: readonly Subcommand<never>[]): number {
  const takesValue = new Set(
    subcommands.flatMap(({ options }) => options.flatMap(({ long, required }) => (required && long ? [long] : []))),
  );
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === "--") return index + 1;
    if (!word.startsWith("-")) return index;
    if (takesValue.has(word)) index++;
  }
  return -1;
}
