import { ArgumentError } from "../../src/errors.ts";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ShareSimulator, SIMULATED_ACCOUNT } from "../../src/simulator/index.ts";
import { ACCOUNT_ID, APP, AUTHENTICATE, NAME, PASSWORD, send, setUp, TIME, US } from "./raw-client.ts";

const account = { username: NAME, password: PASSWORD };
const reading = { mgDl: 100, datetime: 0 };

describe("options are checked when they are given", () => {
  const bad: [name: string, options: object][] = [
    ["accounts", { accounts: account }],
    ["accounts[0]", { accounts: [null] }],
    ["accounts[0].username", { accounts: [{ ...account, username: "" }] }],
    ["accounts[1].password", { accounts: [account, { username: "else@example.com" }] }],
    ["accounts[0].accountId", { accounts: [{ ...account, accountId: "1234" }] }],
    ["accounts[0].accountId", { accounts: [{ ...account, accountId: "00000000-0000-0000-0000-000000000000" }] }],
    [
      "accounts[1].accountId",
      {
        accounts: [
          { ...account, accountId: ACCOUNT_ID },
          { ...account, username: "b", accountId: ACCOUNT_ID },
        ],
      },
    ],
    ["accounts[1].username", { accounts: [account, account] }],
    ["accounts[0].region", { accounts: [{ ...account, region: "eu" }] }],
    ["accounts[0].region", { accounts: [{ ...account, region: "toString" }] }],
    ["accounts[0].timezone", { accounts: [{ ...account, timezone: "-04:00" }] }],
    ["accounts[0].timezone", { accounts: [{ ...account, timezone: "+0060" }] }],
    ["accounts[0].followers", { accounts: [{ ...account, followers: 1 }] }],
    ["accounts[0].followers", { accounts: [{ ...account, followers: [""] }] }],
    ["accounts[0].idForm", { accounts: [{ ...account, idForm: "number" }] }],
    ["accounts[0].readings", { accounts: [{ ...account, readings: {} }] }],
    ["accounts[0].readings[0].mgDl", { accounts: [{ ...account, readings: [{ ...reading, mgDl: 99.5 }] }] }],
    ["accounts[0].readings[0].mgDl", { accounts: [{ ...account, readings: [{ ...reading, mgDl: -1 }] }] }],
    [
      "accounts[0].readings[1].trend",
      { accounts: [{ ...account, readings: [reading, { ...reading, trend: "toString" }] }] },
    ],
    ["accounts[0].readings[0].datetime", { accounts: [{ ...account, readings: [{ ...reading, datetime: "now" }] }] }],
    [
      "accounts[0].readings[0].availableAt",
      { accounts: [{ ...account, readings: [{ ...reading, availableAt: new Date(NaN) }] }] },
    ],
    ["accounts[0].readings[0].timezone", { accounts: [{ ...account, readings: [{ ...reading, timezone: 4 }] }] }],
    ["sensor", { accounts: [{ ...account, generator: { sensor: "g8" } }] }],
    ["curve", { accounts: [{ ...account, generator: { curve: 100 } }] }],
    ["seed", { accounts: [], seed: NaN }],
    ["clock", { accounts: [], clock: {} }],
    ["clock", { accounts: [], clock: null }],
    ["sessionLifetimeMs", { accounts: [], sessionLifetimeMs: 0 }],
    ["lockOutAfter", { accounts: [], lockOutAfter: "3" }],
    ["lockOutMs", { accounts: [], lockOutMs: NaN }],
    ["lockOutCode", { accounts: [], lockOutCode: "x" }],
    ["refusalCode", { accounts: [], refusalCode: "x" }],
    ["subCodeForm", { accounts: [], subCodeForm: "xml" }],
    ["loginByName", { accounts: [], loginByName: true }],
    ["readingForm", { accounts: [], readingForm: 2015 }],
  ];
  for (const [name, options] of bad) {
    test(`${name} is named, and no password: ${JSON.stringify(options).slice(0, 80)}`, () => {
      assert.throws(
        () => new ShareSimulator(options),
        (error: Error) =>
          error instanceof ArgumentError && error.message.startsWith(`${name} `) && !error.message.includes(PASSWORD),
      );
    });
  }

  test("undefined means absent", async () => {
    const { authenticate } = setUp({
      accounts: [
        {
          ...account,
          accountId: undefined,
          region: undefined,
          readings: undefined,
          followers: undefined,
          idForm: undefined,
        },
      ],
      seed: undefined,
      lockOutAfter: undefined,
      refusalCode: undefined,
    });
    assert.equal((await authenticate()).status, 200);
  });

  test("methods that take an account name one that does not exist, and check their arguments", () => {
    const { simulator } = setUp();
    for (const call of [
      () => simulator.addReading("nobody@example.com", reading),
      () => simulator.changePassword("nobody@example.com", "x"),
      () => simulator.getAccountId("nobody@example.com"),
    ]) {
      assert.throws(call, { name: "ArgumentError", message: /no such account/ });
    }
    assert.throws(() => simulator.changePassword(NAME, ""), /password must/);
    assert.throws(() => simulator.addReading(NAME, { ...reading, mgDl: NaN }), /^ArgumentError: reading\.mgDl must/);
  });

  test("without options there is the one account that SIMULATED_ACCOUNT names", async () => {
    const { username: accountName, password } = SIMULATED_ACCOUNT;
    for (const simulator of [
      new ShareSimulator(),
      new ShareSimulator({}),
      new ShareSimulator({ accounts: undefined }),
    ]) {
      const body = { accountName, password, applicationId: APP };
      const got = await send(simulator.fetch, US, AUTHENTICATE, { body });
      assert.deepEqual([got.status, got.json], [200, simulator.getAccountId(accountName)]);
    }
    const make = (): ShareSimulator => new ShareSimulator(null as never);
    assert.throws(make, { name: "ArgumentError", message: /^options must/ });
  });

  test("without a clock it is the real time", async (t) => {
    t.mock.method(Date, "now", () => 1_767_225_600_123);
    const simulator = new ShareSimulator({ accounts: [account] });
    const got = await send(simulator.fetch, US, TIME, { method: "GET" });
    assert.equal(Number(/\d+/.exec(got.text)?.[0]), 1_767_225_600_123);
  });
});
