import fc from "fast-check";

/** A record as in every recording since 2023 (PROTOCOL.md, "Glucose values"). */
export function usualRecord(time: number, figure: number, offset = "-0400"): Readonly<Record<string, unknown>> {
  return { WT: `Date(${time})`, ST: `Date(${time})`, DT: `Date(${time}${offset})`, Value: figure, Trend: "Flat" };
}

const TREND_NAMES = [
  "None",
  "DoubleUp",
  "SingleUp",
  "FortyFiveUp",
  "Flat",
  "FortyFiveDown",
  "SingleDown",
  "DoubleDown",
  "NotComputable",
  "RateOutOfRange",
];

const recent = fc.integer({ min: 1_400_000_000_000, max: 1_900_000_000_000 });
const time = fc.oneof(recent, fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.integer({ min: 0, max: 9 }));
const offset = fc.constantFrom("-0400", "+0530", "+0000", "+1400", "");
const oddOffset = fc.constantFrom("-04:00", "+9999", "+2000", "0400", "-400", "Z", "+0060");
const slash = fc.constantFrom("", "", "", "/");

const date = fc
  .tuple(time, fc.oneof({ weight: 6, arbitrary: offset }, oddOffset), slash)
  .map(([ms, zone, slash]) => `${slash}Date(${ms}${zone})${slash}`);
const oddDate = fc.oneof(
  fc.constantFrom(null, "", "Date()", "Date(x)", "date(1)", "Date(1))", "Date(9999999999999999)", 1691239553000),
  fc.jsonValue(),
);
const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 13, max: 450 }) },
  fc.integer({ min: -5, max: 12 }),
  fc.integer({ min: 39, max: 401 }).map(String),
);
const oddValue = fc.oneof(
  fc.constantFrom(null, "", " ", "12e1", "0x40", "120.5", 120.5, "-40", 1e21, [120], true),
  fc.jsonValue(),
);
const trend = fc.oneof(
  fc.constantFrom(...TREND_NAMES),
  fc.integer({ min: 0, max: 9 }),
  fc.constantFrom("4", "flat", "FORTY_FIVE_UP", "RATE OUT OF RANGE"),
);
const oddTrend = fc.oneof(
  fc.constantFrom(null, "", "toString", "constructor", "10", "-1", 10, -1, 4.5),
  fc.jsonValue(),
);

const mostly = <T>(good: fc.Arbitrary<T>, odd: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: odd });

/** Anything between a record and nonsense. */
export const likeRecord: fc.Arbitrary<unknown> = fc.record(
  {
    WT: mostly(date, oddDate),
    ST: mostly(date, oddDate),
    DT: mostly(date, oddDate),
    Value: mostly(value, oddValue),
    Trend: mostly(trend, oddTrend),
    Extra: fc.jsonValue(),
  },
  { requiredKeys: ["Value", "Trend"] },
);

/** Usual records, one part of which may be off by a little. */
export const likeUsual: fc.Arbitrary<unknown> = fc
  .record({
    time: mostly(recent, time) as fc.Arbitrary<number>,
    figure: fc.integer({ min: -1, max: 500 }),
    zone: fc.oneof({ weight: 5, arbitrary: offset }, oddOffset),
    trend: mostly(trend, oddTrend),
  })
  .chain(({ time, figure, zone, trend }) => {
    const record: Record<string, unknown> = { ...usualRecord(time, figure, zone), Trend: trend };
    const change = fc.record(
      { WT: mostly(date, oddDate), ST: date, DT: mostly(date, oddDate), Value: mostly(value, oddValue) },
      { requiredKeys: [] },
    );
    const slip = fc.record({
      key: fc.constantFrom("WT", "ST", "DT"),
      at: fc.nat({ max: 24 }),
      letter: fc.constantFrom("x", "0", ":", "/", ")", "(", " ", "-"),
    });
    return fc.oneof(
      { weight: 2, arbitrary: fc.constant(record as unknown) },
      { weight: 1, arbitrary: change.map((part): unknown => ({ ...record, ...part })) },
      {
        weight: 2,
        arbitrary: slip.map(({ key, at, letter }): unknown => ({
          ...record,
          [key]: replaced(String(record[key]), at, letter),
        })),
      },
    );
  });

function replaced(text: string, at: number, letter: string): string {
  return text.slice(0, at) + letter + text.slice(at + 1);
}

const figures = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.integer({ min: 39, max: 401 })), { maxLength: 12 });

/** Lists of them: all usual, with doubles and disorder, or with anything among them. */
export const likeRecords: fc.Arbitrary<unknown[]> = fc.oneof(
  figures.map((all): unknown[] => all.map(([slot, figure]) => usualRecord(1_691_239_553_000 + slot * 300_000, figure))),
  fc.array(likeRecord, { maxLength: 4 }),
);
