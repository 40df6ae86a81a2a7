import type { Argument, Option } from "commander";
import type { Io } from "./io.ts";

/** One thing that the command does: a file in commands/, a line in the table there. */
export interface Subcommand<Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** Arguments that follow its name without dashes. */
  readonly args?: readonly Argument[] | undefined;
  /** Additional text of its help. */
  readonly notes?: string | undefined;
  /** Does it, and gives the exit code. */
  readonly run: (options: Options, io: Io, args: readonly string[]) => Promise<number>;
}
