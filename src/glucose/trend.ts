/** Speed and direction of the glucose: 0 (`None`) to 9 (`RateOutOfRange`), PROTOCOL.md, "Trend". */
export type Trend = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Name of a trend in the service. */
export type TrendDirection =
  | "None"
  | "DoubleUp"
  | "SingleUp"
  | "FortyFiveUp"
  | "Flat"
  | "FortyFiveDown"
  | "SingleDown"
  | "DoubleDown"
  | "NotComputable"
  | "RateOutOfRange";

/** A trend in words and as an arrow. */
export interface TrendInfo {
  readonly trend: Trend;
  /** The service's own name, such as `"FortyFiveUp"`. */
  readonly direction: string;
  /** Such as `"rising slightly"`. */
  readonly description: string;
  /** Such as `"↗"`. */
  readonly arrow: string;
}

/** The ten trends, by number. */
export const TRENDS: readonly TrendInfo[] = /* @__PURE__ */ (
  [
    ["None", "", ""],
    ["DoubleUp", "rising quickly", "↑↑"],
    ["SingleUp", "rising", "↑"],
    ["FortyFiveUp", "rising slightly", "↗"],
    ["Flat", "steady", "→"],
    ["FortyFiveDown", "falling slightly", "↘"],
    ["SingleDown", "falling", "↓"],
    ["DoubleDown", "falling quickly", "↓↓"],
    ["NotComputable", "unable to determine trend", "?"],
    ["RateOutOfRange", "trend unavailable", "-"],
  ] as const
).map(([direction, description, arrow], trend) => ({ trend: trend as Trend, direction, description, arrow }));

/**
 * Trends by the service's own names, and by those in lower case without separators. A Map, because `"toString" in {}`
 * is true.
 */
const BY_NAME: ReadonlyMap<string, TrendInfo | undefined> = /* @__PURE__ */ (() => {
  // In statements: of a lone expression the build takes the function away, and the mark that it can be left out.
  const names = new Map<string, TrendInfo | undefined>();
  for (const info of TRENDS) names.set(info.direction, info).set(info.direction.toLowerCase(), info);
  // What bridges write for RateOutOfRange (PROTOCOL.md, "Trend").
  return names.set("outofrange", TRENDS[9]);
})();

/**
 * Reads a trend as it has been spelt over the years: a number, a digit in a string, or a name in any case, with or
 * without spaces, underscores and hyphens. `undefined` for anything else: a trend is never guessed.
 */
export function parseTrend(value: unknown): TrendInfo | undefined {
  if (typeof value === "number") return TRENDS[value];
  if (typeof value !== "string") return undefined;
  const exact = BY_NAME.get(value);
  if (exact) return exact;
  return /^\d$/.test(value) ? TRENDS[Number(value)] : BY_NAME.get(value.toLowerCase().replace(/[\s_-]/g, ""));
}
