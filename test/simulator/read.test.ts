import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ReadingInput, ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { type Ask, ACCOUNT_ID, NAME, PASSWORD, READ, setUp, START } from "./raw-client.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const account = { username: NAME, password: PASSWORD, accountId: ACCOUNT_ID };

function withReadings(
  readings: readonly ReadingInput[],
  options: Partial<ShareSimulatorOptions> = {},
  startMs: number = START,
): ReturnType<typeof setUp> {
  return setUp({ accounts: [{ ...account, readings }], ...options }, startMs);
}

/** One reading every five minutes, the newest now; values count up with the age. */
function series(count: number): ReadingInput[] {
  return Array.from({ length: count }, (_, index) => ({ mgDl: 100 + index, datetime: START - index * 5 * MINUTE }));
}

describe("a record", () => {
  test("is the recorded one, byte for byte: five keys in order, dates without slashes, the wearer's offset", async () => {
    const example =
      '[{"WT":"Date(1691239553000)","ST":"Date(1691239553000)","DT":"Date(1691239553000-0400)","Value":132,"Trend":"FortyFiveUp"}]';
    const share = withReadings([{ mgDl: 132, trend: "FortyFiveUp", datetime: 1691239553000 }], {}, 1691239553000);
    const got = await share.read(await share.session());
    assert.equal(got.status, 200);
    assert.equal(got.text, example);
    assert.equal(got.headers.get("content-type"), "application/json");
    assert.equal(got.headers.get("content-length"), null, "lists come in chunks");
  });

  test("with a steady trend has the recorded length of 116 bytes", async () => {
    const share = withReadings([{ mgDl: 132, datetime: 1691239553000 }], {}, 1691239553000);
    assert.equal((await share.read(await share.session())).text.length, 116);
  });

  test("names each trend as the protocol does, whichever way it was given", async () => {
    const names =
      "None DoubleUp SingleUp FortyFiveUp Flat FortyFiveDown SingleDown DoubleDown NotComputable RateOutOfRange".split(
        " ",
      );
    const given = names.flatMap((name, trend) => [trend as 0, name]);
    const share = withReadings(given.map((trend, index) => ({ mgDl: 100, trend, datetime: START - index * MINUTE })));
    const { json } = await share.read(await share.session());
    assert.deepEqual(
      (json as { Trend: string }[]).map(({ Trend }) => Trend),
      names.flatMap((name) => [name, name]),
    );
  });

  test("has the offset and the milliseconds that it was measured with", async () => {
    const accounts = [
      {
        ...account,
        timezone: "+0900",
        readings: [
          { mgDl: 100, datetime: new Date(START - 1183) },
          { mgDl: 101, datetime: START - HOUR, timezone: "-0330" },
        ],
      },
    ];
    const share = setUp({ accounts });
    const { json } = await share.read(await share.session());
    assert.deepEqual(
      (json as { DT: string }[]).map(({ DT }) => DT),
      [`Date(${START - 1183}+0900)`, `Date(${START - HOUR}-0330)`],
    );
  });

  test("was written with escaped slashes, numbers for trends and a wrong clock in 2015", async () => {
    // The gist's sample (PROTOCOL.md, "Glucose values"), but for its clocks being 25 s apart from each other.
    const time = 1426769941000;
    const share = withReadings([{ mgDl: 99, trend: 4, datetime: time }], { readingForm: "2015" }, time);
    assert.equal(
      (await share.read(await share.session())).text,
      String.raw`[{"DT":"\/Date(${time + 3 * HOUR}-0700)\/","ST":"\/Date(1426784306000)\/",` +
        String.raw`"Trend":4,"Value":99,"WT":"\/Date(1426769941000)\/"}]`,
    );
  });
});

describe("the readings of a response are", () => {
  test("the newest first, whatever the order they were given in", async () => {
    const { figures } = withReadings([...series(5)].sort((one, other) => (one.mgDl % 3) - (other.mgDl % 3)));
    assert.deepEqual(await figures(), [100, 101, 102, 103, 104]);
  });

  const windows: [minutes: number, maxCount: number, count: number][] = [
    [1440, 288, 288],
    [1440, 1, 1],
    [10, 288, 3],
    [9, 288, 2],
    [1, 288, 1],
    [0, 288, 0],
    [1440, 0, 0],
    [0, 0, 0],
    [-1, 10, 0],
    [10, -1, 0],
    [1442, 289, 289],
    [2880, 576, 289],
    [1440, 1000, 289],
  ];
  for (const [minutes, maxCount, count] of windows) {
    test(`minutes=${minutes} and maxCount=${maxCount} of two days of readings give ${count}`, async () => {
      const share = withReadings(series(576));
      const got = await share.read(await share.session(), minutes, maxCount);
      assert.deepEqual([got.status, (got.json as unknown[]).length], [200, count]);
      if (count === 0) assert.equal(got.text, "[]");
    });
  }

  test("nothing older than 24 hours, as the clock moves on", async () => {
    const share = withReadings(series(1));
    const sessionId = await share.session();
    await share.clock.advance(DAY - 1);
    assert.equal(((await share.read(sessionId, 10_000)).json as unknown[]).length, 1);
    await share.clock.advance(2);
    const again = await share.session();
    assert.equal((await share.read(again, 10_000)).text, "[]");
  });

  test("an empty list without a follower, and no fault", async () => {
    const share = setUp({ accounts: [{ ...account, followers: [] }] });
    const got = await share.read(await share.session());
    assert.deepEqual([got.status, got.text], [200, "[]"]);
  });

  test("an empty list if no readings were given", async () => {
    assert.deepEqual(await withReadings([]).figures(), []);
  });

  test("one that is late only once it has arrived, in its place", async () => {
    const { clock, figures } = withReadings([
      { mgDl: 1, datetime: START - 10 * MINUTE },
      { mgDl: 2, datetime: START - 5 * MINUTE, availableAt: START + 7 * MINUTE },
      { mgDl: 3, datetime: START },
      { mgDl: 4, datetime: START + MINUTE },
    ]);
    assert.deepEqual(await figures(), [3, 1]);
    await clock.advance(7 * MINUTE - 1);
    assert.deepEqual(await figures(), [4, 3, 1]);
    await clock.advance(1);
    assert.deepEqual(await figures(), [4, 3, 2, 1]);
  });

  test("added ones at once, or when they are due, also among made-up ones", async () => {
    const share = setUp();
    share.simulator.addReading(NAME, { mgDl: 7, datetime: START - 12 * MINUTE });
    share.simulator.addReading(ACCOUNT_ID, { mgDl: 8, datetime: new Date(START + MINUTE), trend: "DoubleDown" });
    share.simulator.addReading(NAME, { mgDl: 9, datetime: START - MINUTE, availableAt: START + HOUR });
    const sessionId = await share.session();
    assert.equal(((await share.read(sessionId, 1440, 4)).json as unknown[]).length, 4);
    const all = (await share.read(sessionId)).json as { WT: string; Value: number }[];
    assert.deepEqual(
      all.map(({ WT }) => WT),
      all
        .map(({ WT }) => WT)
        .sort()
        .reverse(),
    );
    assert.equal(all.filter(({ Value }) => Value === 7).length, 1);
    assert.equal(all.filter(({ Value }) => Value === 8 || Value === 9).length, 0);
    await share.clock.advance(MINUTE);
    const [newest] = (await share.read(sessionId, 1440, 1)).json as { Value: number; Trend: string }[];
    assert.deepEqual([newest?.Value, newest?.Trend], [8, "DoubleDown"]);
    await share.clock.advance(HOUR);
    assert.equal(
      ((await share.read(sessionId)).json as { Value: number }[]).filter(({ Value }) => Value === 9).length,
      1,
    );
  });

  test("those of the account of the session", async () => {
    const other = {
      username: "else@example.com",
      password: PASSWORD,
      accountId: "88888888-8888-8888-8888-888888888888",
    };
    const share = setUp({
      accounts: [
        { ...account, readings: [{ mgDl: 111, datetime: START }] },
        { ...other, readings: [{ mgDl: 222, datetime: START }] },
      ],
    });
    const { json } = await share.logIn(PASSWORD, undefined, { accountId: other.accountId });
    assert.match((await share.read(json as string)).text, /"Value":222/);
    assert.deepEqual(await share.figures(), [111]);
  });
});

describe("the forms of a read request", () => {
  const forms: [name: string, ask: (sessionId: string) => Ask][] = [
    ["query and body {}", (id) => ({ query: `?sessionId=${id}&minutes=1440&maxCount=1`, body: {} })],
    ["query and no body", (id) => ({ query: `?sessionId=${id}&minutes=1440&maxCount=1` })],
    ["query with sessionID", (id) => ({ query: `?sessionID=${id}&minutes=1440&maxCount=1` })],
    ["query in other cases still", (id) => ({ query: `?SESSIONID=${id}&Minutes=1440&MaxCount=1` })],
    ["JSON body", (id) => ({ body: { sessionId: id, minutes: 1440, maxCount: 1 } })],
    [
      "JSON body with sessionID and numbers as text",
      (id) => ({ body: { sessionID: id, Minutes: "1440", maxcount: "1" } }),
    ],
    ["some in the query, some in the body", (id) => ({ query: "?minutes=1440&maxCount=1", body: { sessionId: id } })],
    ["GET with query", (id) => ({ method: "GET", query: `?sessionId=${id}&minutes=1440&maxCount=1` })],
    ["an id in upper case", (id) => ({ query: `?sessionId=${id.toUpperCase()}&minutes=1440&maxCount=1` })],
    [
      "without any header of its own",
      (id) => ({ query: `?sessionId=${id}&minutes=1440&maxCount=1`, headers: { accept: "*/*" } }),
    ],
  ];
  for (const [name, ask] of forms) {
    test(name, async () => {
      const share = withReadings(series(2));
      const got = await share.call(READ, ask(await share.session()));
      assert.equal(got.status, 200);
      assert.match(got.text, /^\[\{"WT":.*"Value":100,.*\}\]$/);
    });
  }

  const wrong: [name: string, ask: (sessionId: string) => Ask, status: number, code: string | undefined][] = [
    ["a query sessionId that is no UUID", () => ({ query: "?sessionId=1234&minutes=10&maxCount=1" }), 400, undefined],
    ["an empty query sessionId", () => ({ query: "?sessionId=&minutes=10&maxCount=1" }), 400, undefined],
    [
      "a body sessionId that is no UUID",
      () => ({ body: { sessionId: "1234", minutes: 10, maxCount: 1 } }),
      500,
      "InvalidArgument",
    ],
    ["no sessionId", () => ({ body: { minutes: 10, maxCount: 1 } }), 500, "InvalidArgument"],
    ["no minutes", (id) => ({ body: { sessionId: id, maxCount: 1 } }), 500, "InvalidArgument"],
    ["no maxCount", (id) => ({ query: `?sessionId=${id}&minutes=10` }), 500, "InvalidArgument"],
    ["minutes in words", (id) => ({ query: `?sessionId=${id}&minutes=ten&maxCount=1` }), 400, undefined],
    ["half a minute", (id) => ({ body: { sessionId: id, minutes: 0.5, maxCount: 1 } }), 500, "InvalidArgument"],
    ["a list of minutes", (id) => ({ body: { sessionId: id, minutes: [10], maxCount: 1 } }), 500, "InvalidArgument"],
    [
      "a body that is no JSON",
      (id) => ({ query: `?sessionId=${id}&minutes=10&maxCount=1`, body: "{" }),
      500,
      "InvalidArgument",
    ],
  ];
  for (const [name, ask, status, code] of wrong) {
    test(`${name} is ${status} ${code ?? "without a fault"}`, async () => {
      const share = withReadings(series(2));
      const got = await share.call(READ, ask(await share.session()));
      assert.deepEqual([got.status, got.code], [status, code]);
    });
  }
});
