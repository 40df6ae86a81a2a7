import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { START } from "./raw-client.ts";
import { date, isEmpty, ready, SERIAL } from "./sharing-world.ts";

describe("uploads", () => {
  test("come back from reads: ST + TA is the moment, DT shows the wearer's offset", async () => {
    const { ask, read, sessionId } = await ready({ followers: ["Follower"] });
    const wt = START - 60_000;
    // As in the sample of 2015: the receiver is four hours ahead, and its display a little off.
    const body = `{"SN":"${SERIAL}","Egvs":[{"Trend":4,"ST":"${date(wt + 14_365_000)}","DT":"${date(wt - 14_424_000)}","Value":97}],"TA":-14365}`;
    isEmpty(await ask("Publisher/PostReceiverEgvRecords", {}, { body }));
    assert.deepEqual((await read(sessionId)).json, [
      { WT: `Date(${wt})`, ST: `Date(${wt})`, DT: `Date(${wt}-0400)`, Value: 97, Trend: "Flat" },
    ]);
  });

  test("come back in the form of 2015 with the receiver's own clocks, as in the two samples of that time", async () => {
    // The upload of PROTOCOL.md, "Post readings" and the read of "Glucose values", some 20 minutes apart: what lies
    // between their clocks is the same.
    const { ask, read, sessionId } = await ready({ followers: ["Follower"], readingForm: "2015" });
    const later = START - 60_000 - 1426769941000;
    const [system, display, read2015] = [1426784306000, 1426755516000, 1426780716000].map((ms) => ms + later) as [
      number,
      number,
      number,
    ];
    const body = `{"SN":"${SERIAL}","Egvs":[{"Trend":4,"ST":"${date(system)}","DT":"${date(display)}","Value":99}],"TA":-14365}`;
    isEmpty(await ask("Publisher/PostReceiverEgvRecords", {}, { body }));
    const dt = String.raw`\/Date(${read2015}-0700)\/`;
    assert.equal(
      (await read(sessionId)).text,
      `[{"DT":"${dt}","ST":"${date(system)}","Trend":4,"Value":99,"WT":"${date(START - 60_000)}"}]`,
    );
  });

  test("of one moment as both clocks have the account's offset", async () => {
    const { post, read, sessionId } = await ready({ followers: ["Follower"] });
    isEmpty(await post({ ST: START - 1000, Trend: 8 }));
    assert.deepEqual((await read(sessionId)).json, [
      {
        WT: `Date(${START - 1000})`,
        ST: `Date(${START - 1000})`,
        DT: `Date(${START - 1000}-0400)`,
        Value: 97,
        Trend: "NotComputable",
      },
    ]);
  });

  test("of a moment that is there are refused with all that comes along, or without", async () => {
    for (const [duplicatePosts, kept] of [
      ["refuse-all", 1],
      ["keep-new", 2],
      [undefined, 1],
    ] as const) {
      const { post, read, sessionId } = await ready({ followers: ["Follower"], duplicatePosts });
      isEmpty(await post({ ST: START - 1000 }));
      const got = await post({ ST: START - 1000, Value: 98 }, { ST: START - 2000 });
      assert.deepEqual([got.status, got.code], [500, "DuplicateEgvPosted"]);
      assert.equal(((await read(sessionId)).json as unknown[]).length, kept);
    }
  });

  test("are refused if a field is not as uploaders write it", async () => {
    const { post, ask } = await ready();
    for (const record of [
      { Value: "97" },
      { Value: -1 },
      { Value: 1.5 },
      { Value: null },
      { Trend: "Flat" },
      { Trend: 10 },
      { Trend: null },
    ]) {
      assert.equal((await post(record)).code, "InvalidArgument", JSON.stringify(record));
    }
    const whole = { SN: SERIAL, Egvs: [{ Trend: 4, ST: "/Date(1)/", DT: "/Date(1)/", Value: 97 }], TA: 0 };
    const wrong: object[] = [
      { ...whole, SN: undefined },
      { ...whole, TA: "0" },
      { ...whole, TA: 0.5 },
      { ...whole, Egvs: {} },
      { ...whole, Egvs: [null] },
      { ...whole, Egvs: [{ ...whole.Egvs[0], ST: "Date(1)" }] },
      { ...whole, Egvs: [{ ...whole.Egvs[0], DT: "/Date(1-0400)/" }] },
      { ...whole, Egvs: [{ ...whole.Egvs[0], DT: undefined }] },
    ];
    for (const body of wrong) {
      assert.equal(
        (await ask("Publisher/PostReceiverEgvRecords", {}, { body })).code,
        "InvalidArgument",
        JSON.stringify(body),
      );
    }
    isEmpty(await ask("Publisher/PostReceiverEgvRecords", {}, { body: whole }));
  });
});
