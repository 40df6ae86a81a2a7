import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCOUNT_ID, APP, AUTHENTICATE, type Got, NAME, OLD_APP, PASSWORD, setUp, US, ZEROS } from "./raw-client.ts";

const OUS = "https://shareous1.dexcom.com";
const JP = "https://share.dexcom.jp";
const REFUSED = [500, "AccountPasswordInvalid", "Publisher account password failed"];

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
    test(`${what} gets the same response as any refusal: HTTP 500`, async () => {
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
    test(`"${accountId}" gets a 200 with all zeros, whatever the password`, async () => {
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

  test("an object as id is named as such, as when the response of the first step is passed on", async () => {
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
