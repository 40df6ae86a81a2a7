import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError, Dexcom } from "../../src/index.ts";
import { Publisher } from "../../src/publisher/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { FOLLOWER, SECRET } from "./examples.ts";

describe("a bad option", () => {
  const wearer = { username: "someone@example.com", password: "correct horse battery" };
  const bad: readonly (readonly [what: string, make: () => unknown, message: RegExp])[] = [
    ["no options", () => new Publisher(undefined as never), /^options must be an object$/],
    ["no password", () => new Publisher({ username: "x" } as never), /^Password must be non-empty string$/],
    [
      "loginByName that is no boolean",
      () => new Publisher({ ...wearer, loginByName: 1 as never }),
      /^loginByName must be true or false$/,
    ],
    [
      "loginByName without a name",
      () => new Publisher({ accountId: FOLLOWER, password: "secret", loginByName: true }),
      /^loginByName needs username/,
    ],
    [
      "loginByName with an account id for a name",
      () => new Publisher({ username: FOLLOWER, password: "secret", loginByName: true }),
      /^loginByName needs username, and one that is no account id$/,
    ],
    [
      "a Dexcom of another copy of the library",
      () => new Publisher({ dexcom: { getCurrentGlucoseReading: () => undefined } as never }),
      /^dexcom must be a Dexcom of the same copy of dexcom-share-ts/,
    ],
    [
      "a follower's client for a Dexcom",
      () => new Publisher({ dexcom: new Subscriber({ accountId: FOLLOWER, secret: SECRET }) as never }),
      /^dexcom must be a Dexcom/,
    ],
    [
      "null for a Dexcom",
      () => new Subscriber({ accountId: FOLLOWER, secret: SECRET, dexcom: null as never }),
      /^dexcom must be a Dexcom/,
    ],
    [
      "a region besides a Dexcom",
      () => new Publisher({ dexcom: new Dexcom(wearer), region: "jp" } as never),
      /^region must not be given with dexcom/,
    ],
    [
      "a cache besides a subscriber's Dexcom",
      () => new Subscriber({ dexcom: new Dexcom(wearer), accountId: FOLLOWER, secret: SECRET, cache: {} } as never),
      /^cache must not be given with dexcom/,
    ],
    [
      "a Dexcom and no secret",
      () => new Subscriber({ dexcom: new Dexcom(wearer), accountId: FOLLOWER } as never),
      /^secret must be the 32 hexadecimal digits/,
    ],
    ["no subscriber's options", () => new Subscriber(undefined as never), /^options must be an object$/],
    [
      "a subscriber's user name",
      () => new Subscriber({ accountId: "someone@example.com", secret: SECRET }),
      /^accountId must be the follower's account id/,
    ],
    [
      "a password for a secret",
      () => new Subscriber({ accountId: FOLLOWER, secret: "correct horse battery" }),
      /^secret must be the 32 hexadecimal digits/,
    ],
  ];
  for (const [what, make, message] of bad) {
    test(`is refused: ${what}`, () => {
      assert.throws(
        make,
        (error: Error) =>
          error instanceof ArgumentError && message.test(error.message) && !error.message.includes("battery"),
      );
    });
  }

  test("that is undefined is absent", () => {
    new Publisher({ ...wearer, loginByName: undefined, region: undefined });
    new Subscriber({ accountId: FOLLOWER, secret: SECRET, region: undefined });
    const dexcom = new Dexcom(wearer);
    new Publisher({ dexcom, username: undefined } as never);
    new Subscriber({ dexcom, accountId: FOLLOWER, secret: SECRET, region: undefined } as never);
  });
});
