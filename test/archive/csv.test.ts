import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  formatClarityCsv,
  formatCsv,
  formatNdjson,
  parseClarityCsv,
  parseCsv,
  parseNdjson,
} from "../../src/archive/csv.ts";
import { runs } from "../support/fuzzing.ts";
import { at, day } from "./points.ts";

const HEADER =
  "Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Patient Info,Device Info,Source Device ID,Glucose Value (mg/dL),Insulin Value (u),Carb Value (grams),Duration (hh:mm:ss),Glucose Rate of Change (mg/dL/min),Transmitter Time (Long Integer),Transmitter ID";
const PREAMBLE = [
  '"1",,"FirstName",,"Canary",,,,,,,,,',
  '"2",,"LastName",,"Secret, ""quoted""",,,,,,,,,',
  '"3",,"DateOfBirth",,"1999-01-01",,,,,,,,,',
  '"4",,"Device",,,"Dexcom G7 Mobile App","iPhone",,,,,,,',
  '"5",,"Alert","Urgent Low",,,,"55",,,,,,',
];

function clarity(rows: readonly (readonly [time: string, value: string, event?: string])[], header = HEADER): string {
  const lines = rows.map(
    ([time, value, event = "EGV"], i) => `"${i + 6}","${time}","${event}",,,,"iPhone","${value}",,,,,"1","8X"`,
  );
  return `\uFEFF${[header, ...PREAMBLE, ...lines].join("\r\n")}\r\n`;
}

const instants = (rows: readonly string[], timeZone: string): string[] =>
  parseClarityCsv(clarity(rows.map((time) => [time, "100"])), { timeZone }).map(
    ({ datetime, timezone }) => `${datetime.toISOString().slice(11, 16)} ${timezone}`,
  );

describe("a CSV export of Dexcom Clarity", () => {
  test("gives the sensor's readings with instant and offset; all other rows are skipped", () => {
    const text = clarity([
      ["2026-01-05T08:00:03", "105"],
      ["2026-01-05T08:01:00", "110", "Calibration"],
      ["2026-01-05T08:05:03", "Low"],
      ["2026-07-05T08:10:03", "High"],
    ]);
    const withoutLast = `${text}"99","2026-01-05T08:02:00","Insulin","Fast-Acting",,,"iPhone",,"3",,,,\r\n`;
    assert.deepEqual(parseClarityCsv(withoutLast, { timeZone: "Europe/Berlin" }), [
      { mgDl: 105, datetime: new Date("2026-01-05T07:00:03Z"), timezone: "+0100" },
      { mgDl: 39, datetime: new Date("2026-01-05T07:05:03Z"), timezone: "+0100" },
      { mgDl: 401, datetime: new Date("2026-07-05T06:10:03Z"), timezone: "+0200" },
    ]);
  });

  test("in mmol/L, with a point or a comma", () => {
    const header = HEADER.replaceAll("mg/dL", "mmol/L");
    const text = clarity(
      [
        ["2026-01-05T08:00:00", "5.5"],
        ["2026-01-05T08:05:00", "10,0"],
      ],
      header,
    );
    assert.deepEqual(
      parseClarityCsv(text, { timeZone: "UTC" }).map(({ mgDl }) => mgDl),
      [99, 180],
    );
  });

  test("the repeated hour of a night is distinguished by the order of the rows", () => {
    const rows = ["01:55", "02:00", "02:30", "02:55", "02:00", "02:30", "02:55", "03:00"];
    assert.deepEqual(
      instants(
        rows.map((time) => `2026-10-25T${time}:00`),
        "Europe/Berlin",
      ),
      [
        "23:55 +0200",
        "00:00 +0200",
        "00:30 +0200",
        "00:55 +0200",
        "01:00 +0100",
        "01:30 +0100",
        "01:55 +0100",
        "02:00 +0100",
      ],
    );
    const newYork = ["00:55", "01:00", "01:55", "01:00", "01:55", "02:00"];
    assert.deepEqual(
      instants(
        newYork.map((time) => `2026-11-01T${time}:00`),
        "America/New_York",
      ),
      ["04:55 -0400", "05:00 -0400", "05:55 -0400", "06:00 -0500", "06:55 -0500", "07:00 -0500"],
    );
    const lordHowe = ["01:25", "01:30", "01:55", "01:30", "01:55", "02:00"];
    assert.deepEqual(
      instants(
        lordHowe.map((time) => `2026-04-05T${time}:00`),
        "Australia/Lord_Howe",
      ),
      ["14:25 +1100", "14:30 +1100", "14:55 +1100", "15:00 +1030", "15:25 +1030", "15:30 +1030"],
    );
  });

  test("in the repeated hour, a row that is there twice is one instant", () => {
    const rows = ["02:00", "02:00", "02:05", "02:05", "02:55", "02:00", "02:00", "02:05"];
    assert.deepEqual(
      instants(
        rows.map((time) => `2026-10-25T${time}:00`),
        "Europe/Berlin",
      ).map((text) => text.slice(0, 5)),
      ["00:00", "00:00", "00:05", "00:05", "00:55", "01:00", "01:00", "01:05"],
    );
  });

  test("the night that leaves out an hour", () => {
    assert.deepEqual(instants(["2026-03-29T01:55:00", "2026-03-29T03:00:00"], "Europe/Berlin"), [
      "00:55 +0100",
      "01:00 +0200",
    ]);
  });

  test("an error names the row and repeats nothing of the file", () => {
    const rows: [string, RegExp][] = [
      ["Canary,Secret\n1,2\n", /^The text is not a CSV export of Dexcom Clarity$/],
      ["", /^The text is not a CSV export of Dexcom Clarity$/],
      [clarity([["2026-01-05T08:00:00", "Canary"]]), /^Row 7 has no valid glucose value$/],
      [clarity([["2026-01-05T08:00:00", "7"]]), /^Row 7 has no valid glucose value$/],
      [clarity([["Canary", "100"]]), /^Row 7 has no valid timestamp$/],
    ];
    for (const [text, message] of rows) {
      assert.throws(() => parseClarityCsv(text, { timeZone: "UTC" }), { name: "ArgumentError", message });
    }
    assert.throws(() => parseClarityCsv(clarity([]), { timeZone: "Nowhere" }), /^ArgumentError: timeZone/);
    assert.throws(() => parseClarityCsv(clarity([]), {} as never), /^ArgumentError: timeZone/);
  });

  test("an export in its form is read back", () => {
    for (const unit of ["mg/dL", "mmol/L"] as const) {
      const text = formatClarityCsv(
        [at(0, 39, { timezone: "+0100" }), at(300, 198, { timezone: "+0100" }), at(600, 401, { timezone: "+0100" })],
        { unit },
      );
      assert.match(text, new RegExp(`Glucose Value \\(${unit}\\)`));
      assert.deepEqual(
        parseClarityCsv(text, { timeZone: "Europe/Berlin" }).map(({ mgDl, datetime }) => [mgDl, datetime]),
        [
          [39, at(0).datetime],
          [198, at(300).datetime],
          [401, at(600).datetime],
        ],
      );
    }
  });
});

test("CSV and NDJSON return the readings that were written", () => {
  const points = fc.array(
    fc.record(
      {
        mgDl: fc.integer({ min: 13, max: 999 }),
        datetime: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        timezone: fc.constantFrom("-0400", "+0545"),
        trend: fc.integer({ min: 0, max: 9 }) as fc.Arbitrary<4>,
        isAhead: fc.constant(true as const),
      },
      { requiredKeys: ["mgDl", "datetime"], noNullPrototype: true },
    ),
  );
  fc.assert(
    fc.property(points, (list) => {
      assert.deepEqual(parseCsv(formatCsv(list)), list);
      assert.deepEqual(parseNdjson(formatNdjson(list)), list);
    }),
    runs(100),
  );
  assert.equal(
    formatCsv(day(1)),
    "datetime,timezone,mgDl,mmolL,trend,isAhead\n2026-01-05T12:00:00.000Z,-0400,80,4.4,4,\n",
  );
});

test("an invalid reading is refused by its place", () => {
  assert.throws(() => parseCsv("a,b\n"), /^ArgumentError: The CSV must have/);
  assert.throws(() => parseCsv("datetime,mgDl\n2026-01-05T12:00:00Z,\n"), /^ArgumentError: points\[0\]\.mgDl/);
  assert.throws(() => parseCsv("datetime,mgDl\n2026-01-05 12:00,100\n"), /^ArgumentError: points\[0\]\.datetime/);
  assert.throws(() => parseNdjson("{}\n"), /^ArgumentError: points\[0\]/);
  assert.throws(() => parseNdjson("{\n"), /^ArgumentError: Line 1 is not valid JSON/);
});
