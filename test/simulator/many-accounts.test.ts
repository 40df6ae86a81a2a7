import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AccountOptions } from "../../src/simulator/index.ts";
import { PasswordIndex } from "../../src/simulator/service/accounts/password-index.ts";
import { ACCOUNT_ID, NAME, PASSWORD, setUp, US } from "./raw-client.ts";

describe("accounts by a function", () => {
  const account = { username: NAME, password: PASSWORD, accountId: ACCOUNT_ID, readings: [] };

  test("are requested from the function once each, by name or id, and keep their state", async () => {
    const asked: string[] = [];
    const accounts = (usernameOrId: string): AccountOptions | undefined => {
      asked.push(usernameOrId);
      return usernameOrId === NAME || usernameOrId === ACCOUNT_ID ? account : undefined;
    };
    const { simulator, authenticate, logIn, read } = setUp({ accounts });
    const login = await logIn();
    assert.equal(login.status, 200);
    assert.equal((await authenticate()).json, ACCOUNT_ID);
    simulator.changePassword(NAME, "another password");
    assert.equal((await authenticate()).code, "AccountPasswordInvalid");
    assert.equal((await read(login.json as string)).text, "[]");
    assert.deepEqual(asked, [ACCOUNT_ID]);
    const unknown = await authenticate(PASSWORD, US, { accountName: "nobody@example.com" });
    assert.equal(unknown.code, "AccountPasswordInvalid");
    assert.deepEqual(asked, [ACCOUNT_ID, "nobody@example.com"]);
  });

  test("get an id that depends on the name alone if none was given", () => {
    const accounts = (username: string): AccountOptions => ({ username, password: PASSWORD });
    const ids = (...names: string[]): string[] => {
      const { simulator } = setUp({ accounts });
      return names.map((name) => simulator.getAccountId(name));
    };
    const [one, two] = ids("a", "b");
    assert.notEqual(one, two);
    assert.deepEqual(ids("b", "a"), [two, one]);
  });

  test("other than the requested one are refused, and so is anything but a function or a list", () => {
    const { simulator } = setUp({ accounts: () => account });
    assert.throws(() => simulator.getAccountId("else"), {
      name: "ArgumentError",
      message: /^accounts returned an account with another username/,
    });
    assert.throws(() => setUp({ accounts: 5 as never }), {
      name: "ArgumentError",
      message: /^accounts must be a list/,
    });
  });

  test("have passwords that no log shows", async () => {
    const { simulator, authenticate } = setUp({ accounts: (name) => (name === NAME ? account : undefined) });
    await authenticate();
    await authenticate("wrong", US, { other: `x ${PASSWORD}` });
    assert.ok(!JSON.stringify(simulator.requests).includes(PASSWORD));
  });
});

describe("the log", () => {
  test("drops its oldest tenth when it is full, and is empty if nothing is to be logged", async () => {
    const { simulator, authenticate } = setUp({ maxLoggedRequests: 20 });
    for (let request = 0; request < 20; request++) await authenticate("wrong", US, { n: request });
    assert.equal(simulator.requests.length, 20);
    await authenticate("wrong", US, { n: 20 });
    assert.deepEqual(
      simulator.requests.map(({ arguments: { n } }) => n),
      Array.from({ length: 19 }, (_, index) => index + 2),
    );
    const none = setUp({ maxLoggedRequests: 0 });
    none.simulator.inject({ when: ({ arguments: { n } }) => n === 1, status: 503 });
    assert.equal((await none.authenticate(PASSWORD, US, { n: 1 })).status, 503);
    assert.deepEqual(none.simulator.requests, []);
  });

  for (const maxLoggedRequests of [-1, 0.5, NaN, Infinity]) {
    test(`maxLoggedRequests of ${maxLoggedRequests} is refused by name`, () => {
      assert.throws(() => setUp({ maxLoggedRequests }), { name: "ArgumentError", message: /^maxLoggedRequests must/ });
    });
  }
});

describe("known passwords in a text", () => {
  const index = new PasswordIndex();
  for (const password of ["secret1", "secret12", "secret-long-one", "short", "twice-used", "twice-used"])
    index.add(password);
  const cases: [text: string, masked: string][] = [
    ["secret1", "*"],
    ["a secret12 b", "a * b"],
    ["secret1secret12secret1x", "***x"],
    ["xsecret-long-onesecret-long-on", "x*secret-long-on"],
    ["secresecret1", "secre*"],
    ["shortly", "shortly"],
    ["", ""],
  ];
  for (const [text, masked] of cases) {
    test(`"${text}" becomes "${masked}"`, () => assert.equal(index.mask(text, "*"), masked));
  }

  test("a password is known as long as one account has it", () => {
    assert.deepEqual([index.has("twice-used"), index.mask("a twice-used", "*")], [true, "a *"]);
    index.remove("twice-used");
    assert.equal(index.has("twice-used"), true);
    index.remove("twice-used");
    assert.deepEqual([index.has("twice-used"), index.mask("a twice-used", "*")], [false, "a twice-used"]);
    assert.equal(index.has("short"), true);
  });
});
