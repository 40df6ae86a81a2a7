import type { ChartTheme } from "./options.ts";

/** Colours of one theme. Against its background, text and dots have a contrast of at least 4.5 to 1. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly grid: string;
  /** `"none"` if the band is drawn by its limits alone. */
  readonly band: string;
  readonly limit: string;
  readonly line: string;
  readonly low: string;
  readonly inRange: string;
  readonly high: string;
  readonly spread: string;
}

const EINK = "#000000";

export const PALETTES: Readonly<Record<ChartTheme, Palette>> = {
  light: {
    background: "#ffffff",
    text: "#3d4451",
    grid: "#e3e6ea",
    band: "#e6f4ea",
    limit: "#8fb79a",
    line: "#9aa3b0",
    low: "#b3261e",
    inRange: "#1b7a3d",
    high: "#8a5a00",
    spread: "#5b7fb5",
  },
  dark: {
    background: "#12161c",
    text: "#c4cad4",
    grid: "#252c36",
    band: "#15291d",
    limit: "#3c6b4b",
    line: "#5d6877",
    low: "#ff8a80",
    inRange: "#6fd08c",
    high: "#f0b54a",
    spread: "#7ea6e0",
  },
  "e-ink": {
    background: "#ffffff",
    text: EINK,
    grid: "none",
    band: "none",
    limit: EINK,
    line: EINK,
    low: EINK,
    inRange: EINK,
    high: EINK,
    spread: EINK,
  },
  inherit: {
    background: "none",
    text: "var(--chart-text)",
    grid: "var(--chart-grid)",
    band: "var(--chart-band)",
    limit: "var(--chart-limit)",
    line: "var(--chart-line)",
    low: "var(--chart-low)",
    inRange: "var(--chart-in-range)",
    high: "var(--chart-high)",
    spread: "var(--chart-spread)",
  },
};
