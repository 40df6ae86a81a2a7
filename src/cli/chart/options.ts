import type { ChartBand } from "../../chart/options.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import type { Paint } from "../paint.ts";

/** Options of a picture. */
export interface ChartOptions {
  /** In characters. */
  readonly width: number;
  readonly height: number;
  /** Right edge, in milliseconds since the Unix epoch. */
  readonly now: number;
  readonly minutes: number;
  readonly unit: GlucoseUnit;
  readonly band: ChartBand;
  /** @default no colour */
  readonly paint?: Paint | undefined;
  /** Draws with ASCII characters alone. @default false */
  readonly isAscii?: boolean | undefined;
}

/** Characters that a picture is made of, besides its dots. `break` stands for figures that are left out. */
export interface Glyphs {
  readonly band: string;
  readonly high: string;
  readonly low: string;
  readonly axis: string;
  readonly label: string;
  readonly break: string;
  readonly corner: string;
  readonly line: string;
  readonly tick: string;
  readonly here: string;
}

const BRAILLE: Glyphs = {
  band: "╌",
  high: "▲",
  low: "▼",
  axis: "│",
  label: "┤",
  break: "≈",
  corner: "└",
  line: "─",
  tick: "┬",
  here: "◂",
};

const ASCII: Glyphs = {
  band: "-",
  high: "^",
  low: "v",
  axis: "|",
  label: "+",
  break: "~",
  corner: "+",
  line: "-",
  tick: "+",
  here: "<",
};

export function glyphsOf({ isAscii }: Pick<ChartOptions, "isAscii">): Glyphs {
  return isAscii ? ASCII : BRAILLE;
}
