import type { GlucoseReading } from "../glucose-reading.ts";
import type { Trend } from "../glucose/trend.ts";

/** Arrows for terminals that show nothing but ASCII. */
const ASCII_ARROWS: Readonly<Record<Trend, string>> = {
  0: "",
  1: "^^",
  2: "^",
  3: "/",
  4: "->",
  5: "\\",
  6: "v",
  7: "vv",
  8: "?",
  9: "-",
};

/** Returns the arrow of the trend. Not every trend has one. */
export function arrowOf({ trend, trendArrow }: GlucoseReading, isAscii = false): string {
  return isAscii ? ASCII_ARROWS[trend] : trendArrow;
}

/** Returns `true` if the locale has no characters beyond ASCII. The variables count in the order of POSIX. */
export function isAsciiLocale(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return /^(C|POSIX)$/i.test(locale);
}
