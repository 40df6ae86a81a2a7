import { styleText } from "node:util";
import type { Io, Output } from "./io.ts";

/** What a colour says here. Nothing is said by colour alone. */
export type Tone = "low" | "in-range" | "high" | "faint" | "strong" | "good" | "bad" | "warning";

/** Gives `text` a tone, where there are colours. */
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
  // Whether there are colours was decided below; some releases of Node would look at the real stdout once more.
  styleText(STYLES[tone], text, { validateStream: false });

/** Colours only on a terminal that has them, and only where `NO_COLOR` (https://no-color.org) does not forbid them. */
export function painterFor(output: Output, env: Io["env"]): Paint {
  return output.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb" ? paintAnsi : paintNothing;
}
