import { GlucoseReading, ServerError, type DexcomEvent } from "dexcom-share-ts";
import { equal, holds, rejects, simulated, type Case } from "./case.ts";
import { READ } from "./service.ts";

const at = (offset: string): string => `Date(1691239553000${offset})`;
const record = (changes: object = {}): object => ({
  WT: at(""),
  ST: at(""),
  DT: at("-0400"),
  Value: 132,
  Trend: "FortyFiveUp",
  ...changes,
});

export const PARSE: readonly Case[] = [
  [
    "a record becomes a reading with units, words, arrow, instant and offset",
    async () => {
      const { dexcom, simulator, run } = simulated();
      simulator.inject({ operation: READ, body: JSON.stringify([record()]) });
      const reading = (await run(dexcom.getLatestGlucoseReading()))!;
      holds(reading instanceof GlucoseReading, "it is a GlucoseReading");
      equal(reading, {
        mgDl: 132,
        mmolL: 7.3,
        trend: 3,
        trendDirection: "FortyFiveUp",
        trendDescription: "rising slightly",
        trendArrow: "↗",
        timezone: "-0400",
        level: "in-range",
        datetime: "2023-08-05T12:45:53.000Z",
      });
      equal([String(reading), reading.datetime.getTime()], ["132", 1_691_239_553_000]);
    },
  ],
  [
    "a day of readings comes newest first, each 300 s from the next or more",
    async () => {
      const { dexcom, run } = simulated();
      const day = await run(dexcom.getGlucoseReadings());
      holds(day.length > 200 && day.length <= 288, `${day.length} readings are a day`);
      holds(
        day.every((reading, index) => index === 0 || day[index - 1]!.datetime > reading.datetime),
        "they are in order",
      );
    },
  ],
  [
    "a response in pieces is put together, and no time passes meanwhile",
    async () => {
      const { dexcom, simulator, clock, run } = simulated({ retry: { retries: 1 } });
      // Cut in half, which for one of them is in the middle of a letter.
      for (const note of ["✓✓✓✓", "a✓✓✓✓", "ab✓✓✓✓"]) {
        simulator.inject({
          operation: READ,
          body: JSON.stringify([record({ Note: note })]),
          bodyDelayMs: 1000,
          times: 1,
        });
        const start = clock.now();
        const reading = (await run(dexcom.getLatestGlucoseReading()))!;
        equal([reading.json, clock.now() - start], [record({ Note: note }), 1000]);
      }
    },
  ],
  [
    "trends and dates are read in every spelling",
    async () => {
      const { dexcom, simulator, run } = simulated();
      const rows = [
        { Trend: 4 },
        { Trend: "4" },
        { Trend: "flat" },
        { Trend: "Flat", WT: "/Date(1691239553000)/", DT: "\\/Date(1691239553000+0530)\\/".replaceAll("\\", "") },
      ];
      for (const row of rows) {
        const stop = simulator.inject({ operation: READ, body: JSON.stringify([record(row)]) });
        const reading = (await run(dexcom.getLatestGlucoseReading()))!;
        equal([reading.trendDirection, reading.datetime.getTime()], ["Flat", 1_691_239_553_000]);
        stop();
      }
    },
  ],
  [
    "a bad record rejects the call, or is reported and left out",
    async () => {
      const events: DexcomEvent[] = [];
      const { dexcom, another, simulator, run } = simulated({
        badRecords: "report",
        onEvent: (event) => void events.push(event),
      });
      simulator.inject({
        operation: READ,
        body: JSON.stringify([record(), record({ Value: 7 }), record({ WT: at("").replace("5", "6") })]),
      });
      equal((await run(dexcom.getGlucoseReadings())).length, 2, "the number of readings");
      equal(events.filter(({ type }) => type === "bad-record").length, 1, "the number of reports");
      const error = await rejects(
        run(another({ badRecords: "reject" }).getGlucoseReadings()),
        ServerError,
        "INVALID_SHAPE",
      );
      equal([error.name, error.issues!.length > 0], ["ZodError", true]);
    },
  ],
  [
    "a response that is a page, cut, or of another shape is an error and never a figure",
    async () => {
      const { dexcom, simulator, run } = simulated({ retry: { retries: 1 } });
      const rows: readonly [body: string, code: string][] = [
        ["<html></html>", "INVALID_JSON"],
        ["", "INVALID_JSON"],
        ["null", "INVALID_SHAPE"],
        ['[{"WT":"Date(1691239553000)","Value":null,"Trend":"Flat"}]', "INVALID_SHAPE"],
        ['{"Code":"Surprise","Message":"canary"}', "UNKNOWN_FAULT"],
      ];
      for (const [body, code] of rows) {
        simulator.inject({ operation: READ, body, times: 1 });
        await rejects(run(dexcom.getLatestGlucoseReading()), ServerError, code);
      }
    },
  ],
];
