import { styleText } from "node:util";
import type { Io, Output } from "./io.ts";

/** Meaning of a colour. Nothing is said by colour alone. */
export type Tone = "low" | "in-range" | "high" | "faint" | "strong" | "good" | "bad" | "warning";

/** Gives `text` a tone, if there are colours. */
export type Paint = (tone: Tone, text: string) => string;

const STYLES = {
  low: "red",
  "in-range": "green",
  high: "yellow",
  faint: "dim",
  strong: "bold",
  good: "green",
  bad: "red",
  warning: "yellow",
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

export const paintNothing: Paint = (_tone, text) => text;

const paintAnsi: Paint = (tone, text) =>
  // `painterFor` has decided already. Some releases of Node would check the real stdout again.
  styleText(STYLES[tone], text, { validateStream: false });

/**
 * Returns the painter for an output. There are colours on a terminal that has them, unless `NO_COLOR`
 * (https://no-color.org) is set. `FORCE_COLOR` decides first, as in Node: `0` and `false` turn colours off, any other
 * value turns them on, also on a pipe.
 */
export function painterFor(output: Output, env: Io["env"]): Paint {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced === "0" || forced === "false" ? paintNothing : paintAnsi;
  return output.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb" ? paintAnsi : paintNothing;
}
