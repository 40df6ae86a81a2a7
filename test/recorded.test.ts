/** The one real answer that is at hand, where it is: it lies beside the repository, and is no part of it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { TRENDS } from "../src/trend.ts";
import { json, SESSION_ID, text } from "./support/answers.ts";
import { scripted } from "./support/client.ts";

const FILE = path.join(import.meta.dirname, "..", "../shared/recorded/readings-2023-04-04.json");

interface RecordedReading {
  readonly WT: string;
  readonly DT: string;
  readonly Value: number;
  readonly Trend: string;
}

const skip = existsSync(FILE) ? false : "the recorded answer lies beside the repository, and is not there";

test("a recorded answer of the real service is read back record for record", { skip }, async () => {
  const body = readFileSync(FILE, "utf8");
  const records = JSON.parse(body) as RecordedReading[];
  const { dexcom, run } = scripted([json(SESSION_ID), text(body)]);
  const readings = await run(dexcom.getGlucoseReadings());
  assert.equal(records.length, 100);
  assert.equal(readings.length, records.length);
  for (const [i, { WT, DT, Value, Trend }] of records.entries()) {
    const {
      mgDl,
      trend,
      trendDirection,
      trendDescription,
      trendArrow,
      datetime,
      timezone,
      level,
      json: raw,
    } = readings[i]!;
    const { description, arrow } = TRENDS[trend]!;
    assert.equal(mgDl, Value);
    assert.equal(trendDirection, Trend);
    assert.deepEqual([trendDescription, trendArrow, TRENDS[trend]!.direction], [description, arrow, Trend]);
    assert.equal(`Date(${datetime.getTime()})`, WT);
    assert.equal(`Date(${datetime.getTime()}${timezone})`, DT);
    assert.equal(level, "in-range");
    assert.deepEqual(raw, records[i]);
  }
});
