/** A response of the shape that the service was seen to send, with made-up figures: one record a line of a day's tail. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TRENDS } from "../src/glucose/trend.ts";
import { json, SESSION_ID, text } from "./support/responses.ts";
import { scripted } from "./support/client.ts";

const COUNT = 100;
const NEWEST_MS = 1_690_000_153_000;
/** Records are seldom exactly five minutes apart, and a sensor may be silent for hours. */
const GAPS_S: readonly number[] = [300, 299, 301, 300];
const SILENCE_S = 7800;
const SILENCE_AT = 60;
const NAMES: readonly string[] = ["Flat", "Flat", "Flat", "FortyFiveUp", "Flat", "FortyFiveDown", "Flat", "SingleUp"];

interface SentRecord {
  readonly WT: string;
  readonly ST: string;
  readonly DT: string;
  readonly Value: number;
  readonly Trend: string;
}

function makeRecords(): SentRecord[] {
  let ms = NEWEST_MS;
  return Array.from({ length: COUNT }, (_, i) => {
    if (i > 0) ms -= 1000 * (i === SILENCE_AT ? SILENCE_S : GAPS_S[i % GAPS_S.length]!);
    const instant = `Date(${ms})`;
    const Value = 120 + Math.round(40 * Math.sin(i / 9));
    return { WT: instant, ST: instant, DT: `Date(${ms}-0400)`, Value, Trend: NAMES[i % NAMES.length]! };
  });
}

test("a response of a hundred records is read back record for record", async () => {
  const records = makeRecords();
  const { dexcom, run } = scripted([json(SESSION_ID), text(JSON.stringify(records))]);
  const readings = await run(dexcom.getGlucoseReadings());
  assert.equal(readings.length, COUNT);
  for (const [i, { WT, DT, Value, Trend }] of records.entries()) {
    const { mgDl, trend, trendDirection, trendDescription, trendArrow, datetime, timezone, level, json } = readings[i]!;
    const { description, arrow, direction } = TRENDS[trend]!;
    assert.equal(mgDl, Value);
    assert.equal(trendDirection, Trend);
    assert.deepEqual([trendDescription, trendArrow, direction], [description, arrow, Trend]);
    assert.equal(`Date(${datetime.getTime()})`, WT);
    assert.equal(`Date(${datetime.getTime()}${timezone})`, DT);
    assert.equal(level, "in-range");
    assert.deepEqual(json, records[i]);
  }
});
