import { Option } from "commander";
import { isAsciiLocale } from "./arrows.ts";
import type { Io } from "./io.ts";
import { wholeNumber } from "./options.ts";

/** Size if neither a terminal nor the environment gives one. */
const DEFAULT_WIDTH = 80;
export const DEFAULT_HEIGHT = 20;

export const asciiOption: Option = new Option(
  "--ascii",
  "draw with ASCII characters alone (default in the locales C and POSIX)",
);

export function widthOption(min: number): Option {
  return new Option("--width <columns>", "default: the terminal's, or COLUMNS").argParser(wholeNumber(min, 1000));
}

/** The Linux console has no braille. */
export function isAsciiTerminal(env: Io["env"]): boolean {
  return isAsciiLocale(env) || ["linux", "dumb"].includes(env["TERM"] ?? "");
}

/** Finds the size: as asked for, else as the terminal has room for, else as `COLUMNS` and `LINES` say. */
export function sizeOf(
  { width, height }: { readonly width?: number | undefined; readonly height?: number | undefined },
  { stdout, env }: Io,
): { width: number; height: number } {
  // A terminal that does not know its size says 0. The last row is for the prompt.
  const rows = stdout.rows ? stdout.rows - 1 : sizeFromEnv(env["LINES"]);
  return {
    width: width ?? (stdout.columns || sizeFromEnv(env["COLUMNS"]) || DEFAULT_WIDTH),
    height: height ?? (rows || (stdout.rows === 1 ? 1 : DEFAULT_HEIGHT)),
  };
}

function sizeFromEnv(text = ""): number {
  return /^\d{1,4}$/.test(text) ? Number(text) : 0;
}
