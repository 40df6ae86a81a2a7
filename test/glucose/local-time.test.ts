import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatOffset, parseOffset, zoneOffset } from "../../src/glucose/local-time.ts";
import { runs } from "../support/fuzzing.ts";

test("an offset is read with and without a colon, and anything else is unknown", () => {
  const rows: [string | undefined, number | undefined][] = [
    ["-0400", -240],
    ["+05:30", 330],
    ["+0000", 0],
    ["Z", 0],
    [undefined, undefined],
    ["", undefined],
    ["0400", undefined],
    ["-04", undefined],
    ["-0460", undefined],
    ["EST", undefined],
  ];
  for (const [text, minutes] of rows) assert.equal(parseOffset(text), minutes, String(text));
});

test("an offset that is written is read back", () => {
  const minutes = fc.integer({ min: -14 * 60, max: 14 * 60 });
  fc.assert(
    fc.property(minutes, (offset) => assert.equal(parseOffset(formatOffset(offset)), offset)),
    runs(200),
  );
});

test("the offset of a zone changes at the instant that its clocks change", () => {
  const rows: [string, string, number, number][] = [
    ["Europe/Berlin", "2026-03-29T01:00:00Z", 60, 120],
    ["America/New_York", "2026-11-01T06:00:00Z", -240, -300],
    ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", 660, 630],
    ["Asia/Kathmandu", "2026-01-01T00:00:00Z", 345, 345],
    ["UTC", "2024-02-29T00:00:00Z", 0, 0],
  ];
  for (const [zone, instant, before, after] of rows) {
    const offsetAt = zoneOffset(zone);
    assert.equal(offsetAt(Date.parse(instant) - 1), before, zone);
    assert.equal(offsetAt(Date.parse(instant)), after, zone);
    assert.equal(offsetAt(Date.parse(instant) - 1), before, zone);
  }
});

test("an unknown zone is an argument error", () => {
  assert.throws(() => zoneOffset("Mars/Olympus"), { name: "ArgumentError", message: /^timeZone must be/ });
});
