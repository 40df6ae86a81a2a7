import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ShareSimulator } from "../../src/simulator/index.ts";
import {
  ACCOUNT_ID,
  APP,
  AUTHENTICATE,
  BY_ID,
  BY_NAME,
  NAME,
  OLD_APP,
  PASSWORD,
  READ,
  send,
  setUp,
  US,
  UUID,
  ZEROS,
} from "./raw-client.ts";

const OUS = "https://shareous1.dexcom.com";
const JP = "https://share.dexcom.jp";

const LOGIN_HEADERS = {
  "content-type": "application/json",
  "content-length": "38",
  "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
  expires: "0",
  pragma: "no-cache",
  "x-frame-options": "DENY",
  "x-xss-protection": "0",
};

describe("logging in in two steps", () => {
  test("name and password give the account id as a JSON string with the recorded headers", async () => {
    const got = await setUp().authenticate();
    assert.equal(got.status, 200);
    assert.equal(got.text, `"${ACCOUNT_ID}"`);
    for (const [name, value] of Object.entries(LOGIN_HEADERS)) assert.equal(got.headers.get(name), value, name);
  });

  test("account id and password give a session id that is not the account id", async () => {
    const { logIn } = setUp();
    const got = await logIn();
    assert.equal(got.status, 200);
    assert.match(got.json as string, UUID);
    assert.notEqual(got.json, ACCOUNT_ID);
    for (const [name, value] of Object.entries(LOGIN_HEADERS)) assert.equal(got.headers.get(name), value, name);
    assert.notEqual((await logIn()).json, got.json, "each login opens a session");
  });

  test("an account id that was not given is made from the seed, and is the permanent one", async () => {
    const accounts = [{ username: NAME, password: PASSWORD }];
    const ids = [];
    for (const seed of [1, 1, 2]) {
      const { simulator, authenticate } = setUp({ accounts, seed });
      const { json } = await authenticate();
      assert.match(json as string, UUID);
      assert.equal(simulator.getAccountId(NAME), json);
      ids.push(json);
    }
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
  });

  test("the response for an account may be an object that holds the id", async () => {
    const accounts = [{ username: NAME, password: PASSWORD, accountId: ACCOUNT_ID, idForm: "object" as const }];
    const got = await setUp({ accounts }).authenticate();
    assert.equal(got.text, `{"accountId":"${ACCOUNT_ID}"}`);
    assert.equal(got.headers.get("content-length"), String(got.text.length));
  });

  test("ids are taken in upper case", async () => {
    const { call } = setUp({
      accounts: [{ username: NAME, password: PASSWORD, accountId: "abcdefab-cdef-abcd-efab-cdefabcdefab" }],
    });
    const upper = {
      accountId: "ABCDEFAB-CDEF-ABCD-EFAB-CDEFABCDEFAB",
      password: PASSWORD,
      applicationId: APP.toUpperCase(),
    };
    const got = await call(BY_ID, { body: upper });
    assert.match(got.json as string, UUID);
    const read = await call(READ, {
      body: { sessionId: (got.json as string).toUpperCase(), minutes: 10, maxCount: 1 },
    });
    assert.equal(read.status, 200);
  });

  test("names of arguments are taken in any case, and a further applicationId in the query does no harm", async () => {
    const { call } = setUp();
    const body = { AccountName: NAME, PASSWORD, applicationID: APP };
    assert.equal((await call(AUTHENTICATE, { query: `?applicationId=${APP}`, body })).json, ACCOUNT_ID);
  });

  test("credentials in the query are ignored", async () => {
    const query = `?accountName=${NAME}&password=${encodeURIComponent(PASSWORD)}&applicationId=${APP}`;
    assert.equal((await setUp().call(AUTHENTICATE, { query, body: {} })).code, "InvalidArgument");
  });
});

describe("regions and application ids", () => {
  const accepted: ["us" | "ous" | "jp", string, string, boolean][] = [
    ["us", US, APP, true],
    ["us", US, OLD_APP, true],
    ["us", "https://share1.dexcom.com", APP, true],
    ["us", OUS, APP, false],
    ["us", JP, OLD_APP, false],
    ["ous", OUS, APP, true],
    ["ous", OUS, OLD_APP, true],
    ["ous", US, APP, false],
    ["jp", JP, OLD_APP, true],
    ["jp", JP, APP, false],
    ["jp", US, APP, false],
    ["us", "http://127.0.0.1:8080", APP, true],
    ["ous", "https://example.com/some/prefix", APP, true],
    ["jp", "https://example.com", OLD_APP, true],
    ["jp", "https://example.com", APP, false],
  ];
  for (const [region, origin, applicationId, isGood] of accepted) {
    test(`an account of ${region} on ${origin} with ${applicationId.slice(0, 8)} is ${isGood ? "known" : "refused"}`, async () => {
      const accounts = [{ username: NAME, password: PASSWORD, accountId: ACCOUNT_ID, region }];
      const { authenticate } = setUp({ accounts });
      const got = await authenticate(PASSWORD, origin, { applicationId });
      assert.deepEqual(isGood ? got.json : got.code, isGood ? ACCOUNT_ID : "AccountPasswordInvalid");
    });
  }

  test("one name may have accounts in two regions; an origin of nobody's tells them by their passwords", async () => {
    const simulator = new ShareSimulator({
      accounts: [
        { username: NAME, password: "here", accountId: ACCOUNT_ID },
        { username: NAME, password: "there", region: "ous", accountId: "88888888-8888-8888-8888-888888888888" },
      ],
    });
    const ask = (origin: string, password: string): ReturnType<typeof send> =>
      send(simulator.fetch, origin, AUTHENTICATE, { body: { accountName: NAME, password, applicationId: APP } });
    assert.equal((await ask("http://localhost", "here")).json, ACCOUNT_ID);
    assert.equal((await ask("http://localhost", "there")).json, "88888888-8888-8888-8888-888888888888");
    assert.equal((await ask(US, "there")).code, "AccountPasswordInvalid");
    assert.throws(() => simulator.getAccountId(NAME), /Several regions/);
  });
});

describe("LoginPublisherAccountByName", () => {
  const body = (accountName: string, password: string): object => ({ accountName, password, applicationId: APP });
  const plain = "Someone_1";
  const accounts = [NAME, plain].map((username) => ({ username, password: PASSWORD }));
  const cases = [
    ["zeros", NAME, PASSWORD, ZEROS],
    ["zeros", plain, PASSWORD, ZEROS],
    ["zeros", NAME, "wrong", ZEROS],
    ["plain-names", NAME, PASSWORD, ZEROS],
    ["plain-names", plain, PASSWORD, UUID],
    ["plain-names", plain, "wrong", undefined],
    ["session", NAME, PASSWORD, UUID],
    ["session", NAME, "wrong", undefined],
  ] as const;
  for (const [loginByName, name, password, expected] of cases) {
    test(`${loginByName}: ${name} with ${password === PASSWORD ? "the right" : "a wrong"} password`, async () => {
      const { call, read } = setUp({ accounts, loginByName });
      const got = await call(BY_NAME, { body: body(name, password) });
      if (expected === undefined) {
        assert.deepEqual([got.status, got.code], [500, "AccountPasswordInvalid"]);
        return;
      }
      assert.equal(got.status, 200);
      assert.equal(got.headers.get("content-length"), "38");
      if (typeof expected === "string") {
        assert.equal(got.json, expected);
      } else {
        assert.match(got.json as string, expected);
        assert.equal((await read(got.json as string)).status, 200);
      }
    });
  }
});
