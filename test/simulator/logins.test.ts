import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ShareSimulator } from "../../src/simulator/index.ts";
import {
  ACCOUNT_ID,
  APP,
  AUTHENTICATE,
  BY_ID,
  BY_NAME,
  type Got,
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
const REFUSED = [500, "AccountPasswordInvalid", "Publisher account password failed"];

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

  test("an account may be answered with an object that holds the id", async () => {
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

  test("credentials in the query are none", async () => {
    const query = `?accountName=${NAME}&password=${encodeURIComponent(PASSWORD)}&applicationId=${APP}`;
    assert.equal((await setUp().call(AUTHENTICATE, { query, body: {} })).code, "InvalidArgument");
  });
});

describe("a refusal", () => {
  const cases: [what: string, ask: (share: ReturnType<typeof setUp>) => Promise<Got>][] = [
    ["a wrong password", (share) => share.authenticate("wrong")],
    ["an unknown user name", (share) => share.authenticate(PASSWORD, US, { accountName: "nobody@example.com" })],
    ["the wrong region", (share) => share.authenticate(PASSWORD, OUS)],
    ["a wrong password by id", (share) => share.logIn("wrong")],
    [
      "an unknown account id",
      (share) => share.logIn(PASSWORD, US, { accountId: "88888888-8888-8888-8888-888888888888" }),
    ],
    ["the wrong region by id", (share) => share.logIn(PASSWORD, JP, { applicationId: OLD_APP })],
    ["an application id that nobody has", (share) => share.authenticate(PASSWORD, US, { applicationId: ACCOUNT_ID })],
  ];
  for (const [what, ask] of cases) {
    test(`${what} is the same answer as any: HTTP 500`, async () => {
      const { status, code, message } = await ask(setUp());
      assert.deepEqual([status, code, message], REFUSED);
    });
  }

  test("names and passwords are compared exactly", async () => {
    const { authenticate } = setUp();
    assert.equal((await authenticate(PASSWORD.toUpperCase())).code, "AccountPasswordInvalid");
    assert.equal(
      (await authenticate(PASSWORD, US, { accountName: NAME.toUpperCase() })).code,
      "AccountPasswordInvalid",
    );
  });

  test("in 2024 it was SSO_InternalError, with the name or the id in its message", async () => {
    const { authenticate, logIn } = setUp({ refusalCode: "SSO_InternalError" });
    const text = (by: string, value: string): string =>
      `Synchronization of SSO account during authenticate call failed Time out issue.  ${by}=${value} Error encountered ` +
      `accessing Keycloak endpoint: UAM_ERROR: HttpStatus='401 UNAUTHORIZED(401)' Msg=Cannot Authenticate by ${by}='${value}'`;
    const byName = await authenticate("wrong");
    assert.deepEqual(
      [byName.status, byName.code, byName.message],
      [500, "SSO_InternalError", text("AccountName", NAME)],
    );
    const byId = await logIn("wrong");
    assert.deepEqual([byId.status, byId.code, byId.message], [500, "SSO_InternalError", text("AccountId", ACCOUNT_ID)]);
  });

  test("before 2021 an unknown account and a wrong password had a code each", async () => {
    const { authenticate } = setUp({ refusalCode: "SSO_AuthenticatePasswordInvalid" });
    const wrong = await authenticate("wrong");
    assert.equal(wrong.code, "SSO_AuthenticatePasswordInvalid");
    assert.equal(
      wrong.message,
      `Replay of bad password to SSO account gave invalid password error. AccountId=${ACCOUNT_ID}`,
    );
    const unknown = await authenticate(PASSWORD, US, { accountName: "nobody@example.com" });
    assert.equal(unknown.code, "SSO_AuthenticateAccountNotFound");
    assert.equal(unknown.message, "Create SSO account during login failed. AccountName=nobody@example.com");
  });

  test("a changed password is the only right one", async () => {
    const { simulator, authenticate } = setUp();
    simulator.changePassword(NAME, "another one");
    assert.equal((await authenticate()).code, "AccountPasswordInvalid");
    assert.equal((await authenticate("another one")).json, ACCOUNT_ID);
  });
});

describe("an account id that is no id", () => {
  const NOT_36 = (id: string): string =>
    "Missing required field(s): JSON parse error: Cannot deserialize value of type `java.util.UUID` from String " +
    `"${id}": UUID has to be represented by standard 36-char representation`;

  for (const accountId of ["", ZEROS]) {
    test(`"${accountId}" is answered 200 with all zeros, whatever the password`, async () => {
      const { logIn } = setUp();
      for (const password of [PASSWORD, "wrong"]) {
        const got = await logIn(password, US, { accountId });
        assert.deepEqual([got.status, got.text], [200, `"${ZEROS}"`]);
        assert.equal(got.headers.get("content-length"), "38");
      }
    });
  }

  for (const accountId of [1, "1", "99999999999999999999999999999999", "gggggggg-9999-9999-9999-999999999999"]) {
    test(`${JSON.stringify(accountId)} is an invalid argument, in the recorded words`, async () => {
      const got = await setUp().logIn(PASSWORD, US, { accountId });
      assert.deepEqual([got.status, got.code, got.message], [500, "InvalidArgument", NOT_36(String(accountId))]);
    });
  }

  test("an object as id is named as such, as when the answer of the first step is passed on", async () => {
    const got = await setUp().logIn(PASSWORD, US, { accountId: { accountId: ACCOUNT_ID } });
    assert.equal(got.code, "InvalidArgument");
    assert.match(got.message ?? "", /`java\.util\.UUID` from Object value/);
    const list = await setUp().logIn(PASSWORD, US, { accountId: [ACCOUNT_ID] });
    assert.match(list.message ?? "", /`java\.util\.UUID` from Array value/);
  });
});

describe("a body that is missing something", () => {
  const whole = { accountName: NAME, password: PASSWORD, applicationId: APP };
  for (const name of ["accountName", "password"]) {
    for (const value of [null, "", undefined]) {
      test(`${name} ${JSON.stringify(value)} is named in the message`, async () => {
        const got = await setUp().call(AUTHENTICATE, { body: { ...whole, [name]: value } });
        assert.deepEqual(
          [got.status, got.code, got.message],
          [500, "InvalidArgument", `Missing required field(s): ${name}`],
        );
      });
    }
  }

  for (const body of ["", "{", "[]", '"text"', "null", `{"accountName":"${NAME}"`]) {
    test(`the body ${JSON.stringify(body)} is an invalid argument that quotes nothing`, async () => {
      const got = await setUp().call(AUTHENTICATE, { body });
      assert.deepEqual([got.status, got.code], [500, "InvalidArgument"]);
      assert.doesNotMatch(got.message ?? "", /someone/);
    });
  }

  test("an object for a password is an invalid argument; a number is taken as its text", async () => {
    const accounts = [{ username: NAME, password: "1234", accountId: ACCOUNT_ID }];
    const { call } = setUp({ accounts });
    assert.equal((await call(AUTHENTICATE, { body: { ...whole, password: {} } })).code, "InvalidArgument");
    assert.equal((await call(AUTHENTICATE, { body: { ...whole, password: 1234 } })).json, ACCOUNT_ID);
  });

  test("no or a malformed application id is an invalid argument", async () => {
    for (const applicationId of [undefined, "x"]) {
      assert.equal((await setUp().authenticate(PASSWORD, US, { applicationId })).code, "InvalidArgument");
    }
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
