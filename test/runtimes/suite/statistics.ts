import { episodes, profile, summarize, type GlucosePoint } from "dexcom-share-ts/statistics";
import { generateReadings } from "dexcom-share-ts/simulator";
import { equal, holds, type Case } from "./case.ts";

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2026, 2, 20);
const RANGE = { from: new Date(FROM), to: new Date(FROM + 14 * DAY_MS) };

/** As Node 24 computed it from the fortnight below. The clocks leave out one hour of its 14 from 2 to 3 o'clock. */
const EXPECTED = {
  readings: 3991,
  counts: { veryLow: 51, low: 63, inRange: 3450, high: 296, veryHigh: 131 },
  dates: 15,
  p50: 118,
  zone: "A",
  mean: 133.034828,
  sd: 52.821879,
  gmi: 6.492193,
  lbgi: 0.825056,
  hbgi: 3.248822,
  episodes: 50,
  hour2: [156, 13],
};

function fortnight(): GlucosePoint[] {
  return generateReadings({ from: FROM, to: FROM + 14 * DAY_MS, seed: 7 }).map(({ mgDl, datetime }) => ({
    mgDl,
    datetime: new Date(datetime),
  }));
}

export const STATISTICS: readonly Case[] = [
  [
    "a fortnight has the same figures everywhere, across a change of the clocks",
    async () => {
      const points = fortnight();
      const summary = summarize(points, { ...RANGE, timeZone: "Europe/Berlin" });
      const { readings, dates, quantilesMgDl, counts, gri } = summary;
      const rounded = (figure: number | undefined): number => Math.round((figure ?? NaN) * 1e6) / 1e6;
      const hour = profile(points, { timeZone: "Europe/Berlin" })[2]!;
      equal(
        {
          readings,
          counts,
          dates: dates.value,
          p50: quantilesMgDl.value?.p50,
          zone: gri.value?.zone,
          mean: rounded(summary.meanMgDl.value),
          sd: rounded(summary.sdMgDl.value),
          gmi: rounded(summary.gmiPercent.value),
          lbgi: rounded(summary.lbgi.value),
          hbgi: rounded(summary.hbgi.value),
          episodes: episodes(points).value?.length,
          hour2: [hour.readings, hour.dates],
        },
        EXPECTED,
      );
    },
  ],
  [
    "a day has no GMI, and readings without an offset have no local time",
    async () => {
      const points = fortnight();
      const day = summarize(points.slice(0, 288), { timeZone: "Europe/Berlin" });
      equal(day.gmiPercent.missing, "dates");
      holds(day.meanMgDl.value !== undefined, "a day has a mean");
      equal(summarize(points).gmiPercent.missing, "time-zone");
    },
  ],
];
