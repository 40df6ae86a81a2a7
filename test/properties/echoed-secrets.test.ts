import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom, DexcomError, type DexcomEvent } from "../../src/index.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { json, record } from "../support/responses.ts";
import { assertSecretFree } from "../support/secret-search.ts";

/** Everything that a client holds. Only the password is a part of every request of the login, only the session id of a read. */
const SECRETS = {
  password: "CanaryPassWord",
  sessionId: "fedcba98-7654-4210-8edc-ba9876543210",
  accountId: "abcdef01-2345-4789-8bcd-ef0123456789",
};

const LOGIN_OPERATIONS: Readonly<Record<string, string>> = {
  AuthenticatePublisherAccount: SECRETS.accountId,
  LoginPublisherAccountById: SECRETS.sessionId,
};

const ECHOES: readonly (readonly [what: string, response: (secret: string) => Response])[] = [
  ["Code", (secret) => json({ Code: secret }, { status: 500 })],
  ["Code, in small letters", (secret) => json({ Code: secret.toLowerCase() }, { status: 500 })],
  ["Code, with more around it", (secret) => json({ Code: `_${secret}_` }, { status: 500 })],
  ["Code, a part of it", (secret) => json({ Code: secret.slice(0, 9) }, { status: 500 })],
  ["trace id", (secret) => json({ Code: "X" }, { status: 500, headers: { "x-trace-id": secret } })],
  [
    "trace id in capitals",
    (secret) => json({ Code: "X" }, { status: 500, headers: { "x-trace-id": secret.toUpperCase() } }),
  ],
  [
    "name and code of a network failure",
    (secret) => {
      throw Object.assign(new TypeError(secret, { cause: Object.assign(new Error(secret), { code: secret }) }), {
        name: secret,
      });
    },
  ],
];

describe("an operation that echoes what another one sent", () => {
  for (const [name, secret] of Object.entries(SECRETS)) {
    for (const [what, respond] of ECHOES) {
      for (const echoing of ["LoginPublisherAccountById", "ReadPublisherLatestGlucoseValues"]) {
        test(`${echoing}: the ${name} as ${what} reaches no error and no event`, async () => {
          const events: DexcomEvent[] = [];
          const clock = new VirtualClock();
          let isEchoing = false;
          const dexcom = new Dexcom({
            username: "someone@example.com",
            password: SECRETS.password,
            clock,
            onEvent: (event) => void events.push(event),
            fetch: async (input) => {
              const operation = (input as string).slice((input as string).lastIndexOf("/") + 1);
              if (isEchoing && operation === echoing) return respond(secret);
              // The second read needs a second login.
              if (isEchoing && operation.startsWith("Read")) return json({ Code: "SessionNotValid" }, { status: 500 });
              return operation.startsWith("Read") ? json([record()]) : json(LOGIN_OPERATIONS[operation]);
            },
          });
          await clock.runUntil(dexcom.getLatestGlucoseReading());
          isEchoing = true;
          const error: unknown = await clock
            .runUntil(dexcom.getLatestGlucoseReading())
            .catch((thrown: unknown) => thrown);
          assert.ok(error instanceof DexcomError);
          assertSecretFree([error, ...events], [secret.slice(0, 9)]);
        });
      }
    }
  }
});
