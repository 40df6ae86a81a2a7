import { chartSvg, type ChartPoint } from "dexcom-share-ts/chart";
import { equal, holds, simulated, type Case } from "./case.ts";

const NOW = Date.UTC(2026, 0, 15, 20);
const pointsOf = (...pairs: readonly (readonly [minutesAgo: number, mgDl: number])[]): ChartPoint[] =>
  pairs.map(([ago, mgDl]) => ({ mgDl, datetime: new Date(NOW - ago * 60_000), timezone: "-0400" }));
const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);

export const CHART: readonly Case[] = [
  [
    "a picture names the figure, the wearer's time and the offset",
    async () => {
      const texts = textsOf(chartSvg(pointsOf([1, 126], [6, 39], [11, 401]), { now: NOW, unit: "mmol/L" }));
      for (const text of ["7.0 mmol/L at 15:59", "last 24 h, UTC-04:00", "LOW", "HIGH", "18:00", "3.9", "10.0"]) {
        holds(texts.includes(text), `${text} is in ${texts.join()}`);
      }
    },
  ],
  [
    "a picture of days is labelled in the same words everywhere",
    async () => {
      const texts = textsOf(chartSvg(pointsOf([1, 126]), { now: NOW, hours: 168 }));
      holds(texts.includes("Jan 15"), texts.join());
    },
  ],
  [
    "the readings of a client are the points of a picture, and their order does not matter",
    async () => {
      const { dexcom, clock, run } = simulated();
      const day = await run(dexcom.getGlucoseReadings());
      for (const view of ["timeline", "profile"] as const) {
        const options = { view, now: clock.now(), theme: "e-ink" } as const;
        const svg = chartSvg(day, options);
        holds(svg.startsWith("<svg ") && svg.endsWith("</svg>"), "it is an element");
        holds(!/NaN|undefined|Infinity/.test(svg), "each place is a number");
        equal(chartSvg([...day].reverse(), options), svg);
      }
    },
  ],
];
