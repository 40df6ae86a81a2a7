import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError, formatGlucose, glucoseDelta, type GlucosePoint, type GlucoseUnit } from "../../src/index.ts";

const FORMATS: readonly [mgDl: number, inMgDl: string, inMmolL: string][] = [
  [13, "LOW", "LOW"],
  [39, "LOW", "LOW"],
  [40, "40", "2.2"],
  [100, "100", "5.6"],
  [126, "126", "7.0"],
  [154.4, "154", "8.6"],
  [400, "400", "22.2"],
  [401, "HIGH", "HIGH"],
  [600, "HIGH", "HIGH"],
];

describe("formatGlucose", () => {
  for (const [mgDl, inMgDl, inMmolL] of FORMATS) {
    test(`writes ${mgDl} mg/dL as ${inMgDl} and ${inMmolL}`, () => {
      assert.equal(formatGlucose(mgDl), inMgDl);
      assert.equal(formatGlucose(mgDl, "mmol/L"), inMmolL);
    });
  }

  test("adds the unit to numbers, not to words", () => {
    assert.equal(formatGlucose(126, "mmol/L", { unitLabel: true }), "7.0 mmol/L");
    assert.equal(formatGlucose(39, "mmol/L", { unitLabel: true }), "LOW");
  });

  for (const mgDl of [0, 12, -126, NaN, undefined as unknown as number]) {
    test(`refuses ${mgDl}, which would pass for LOW`, () => {
      assert.throws(() => formatGlucose(mgDl), new ArgumentError("mgDl must be a glucose figure, 13 or more"));
    });
  }

  for (const unit of ["mmol", "mg/dl", "", null]) {
    test(`refuses the unit ${JSON.stringify(unit)} rather than writing mg/dL`, () => {
      assert.throws(
        () => formatGlucose(126, unit as GlucoseUnit),
        new ArgumentError('unit must be "mg/dL" or "mmol/L"'),
      );
    });
  }

  test("names the option that was probably meant", () => {
    assert.throws(() => formatGlucose(126, "mg/dL", { unitlabel: true } as object), /did you mean unitLabel\?/);
  });
});

function point(mgDl: number, minute: number): GlucosePoint {
  return { mgDl, datetime: new Date(minute * 60_000) };
}

describe("glucoseDelta", () => {
  const DELTAS: readonly [
    title: string,
    from: GlucosePoint | undefined,
    to: GlucosePoint,
    delta: number | undefined,
  ][] = [
    ["subtracts the earlier figure", point(120, 0), point(126, 5), 6],
    ["falls below zero", point(126, 0), point(120, 5), -6],
    ["spans one late reading", point(120, 0), point(126, 9), 6],
    ["says nothing across a gap", point(120, 0), point(126, 9.01), undefined],
    ["says nothing about one instant", point(120, 5), point(126, 5), undefined],
    ["says nothing backwards", point(120, 5), point(126, 0), undefined],
    ["says nothing after LOW", point(39, 0), point(60, 5), undefined],
    ["says nothing at HIGH", point(390, 0), point(401, 5), undefined],
    ["says nothing about a first reading", undefined, point(126, 5), undefined],
  ];
  for (const [title, from, to, delta] of DELTAS) {
    test(title, () => {
      assert.equal(glucoseDelta(to, from), delta);
    });
  }
});
