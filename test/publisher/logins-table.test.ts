/** The operations that the other table leaves out: the four that log in, and the wearer's own read. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, ArgumentError, Dexcom, DexcomError } from "../../src/index.ts";
import { Publisher } from "../../src/publisher/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { ACCOUNT_ID, fault, json, record, SESSION_ID, text, ZEROS } from "../support/responses.ts";
import { quietClock } from "./quiet-clock.ts";
import { FOLLOWER, SECRET } from "./examples.ts";

const SERVICES = "https://share2.dexcom.com/ShareWebServices/Services/";
const WEARER = { username: "someone@example.com", password: "secret" };
const APP = "d89443d2-327c-4a6f-89e5-496bbb0317db";

/** Faults of logins (PROTOCOL.md, "Fault codes"), and the `code` of what they become. */
const FAULTS: readonly (readonly [serverCode: string, message: string, code: string])[] = [
  ["AccountPasswordInvalid", "Publisher account password failed", "CREDENTIALS_REFUSED"],
  [
    "SSO_InternalError",
    "Synchronization of SSO account during authenticate call failed Time out issue.  AccountName=someone@example.com Error encountered accessing Keycloak endpoint: UAM_ERROR: HttpStatus='401 UNAUTHORIZED(401)' Msg=Cannot Authenticate by AccountName='someone@example.com'",
    "CREDENTIALS_REFUSED",
  ],
  [
    "SSO_AuthenticateAccountNotFound",
    "Create SSO account during login failed. AccountName=someone@example.com",
    "CREDENTIALS_REFUSED",
  ],
  ["SSO_AuthenticatePasswordInvalid", "Simulate SSO: Authentication failed. AccountId=9999", "CREDENTIALS_REFUSED"],
  ["SSO_AuthenticateMaxAttemptsExceeed", "", "LOCKED_OUT"],
  ["SSO_AuthenticateMaxAttemptsExceeded", "", "LOCKED_OUT"],
];

interface Row {
  readonly operation: string;
  readonly line: string;
  readonly body: string;
  /** The service's usual response, followed by other recorded ones. */
  readonly responses: readonly string[];
  readonly call: (fetch: typeof globalThis.fetch) => Promise<unknown>;
}

const withClock = (
  fetch: typeof globalThis.fetch,
): { fetch: typeof globalThis.fetch; clock: ReturnType<typeof quietClock>; retry: { retries: number } } => ({
  fetch,
  clock: quietClock(),
  retry: { retries: 1 },
});
const read = (fetch: typeof globalThis.fetch): Promise<unknown> =>
  new Dexcom({ ...WEARER, ...withClock(fetch) }).getGlucoseReadings(1440, 100);

const ROWS: readonly Row[] = [
  {
    operation: "AuthenticatePublisherAccount",
    line: "POST General/AuthenticatePublisherAccount",
    body: `{"accountName":"someone@example.com","password":"secret","applicationId":"${APP}"}`,
    responses: [`"${ACCOUNT_ID}"`, `{"accountId":"${ACCOUNT_ID}"}`, ` { "accountId" : "${ACCOUNT_ID}" }\r\n`],
    call: read,
  },
  {
    operation: "LoginPublisherAccountById",
    line: "POST General/LoginPublisherAccountById",
    body: `{"accountId":"${ACCOUNT_ID}","password":"secret","applicationId":"${APP}"}`,
    responses: [`"${SESSION_ID}"`, `\n"${SESSION_ID.toUpperCase()}" `],
    call: read,
  },
  {
    operation: "LoginPublisherAccountByName",
    line: "POST General/LoginPublisherAccountByName",
    body: `{"accountName":"someone@example.com","password":"secret","applicationId":"${APP}"}`,
    responses: [`"${SESSION_ID}"`, `"${ZEROS}"`],
    call: (fetch) => new Publisher({ ...WEARER, loginByName: true, ...withClock(fetch) }).isMonitoringActive(),
  },
  {
    operation: "LoginSubscriberAccount",
    line: "POST General/LoginSubscriberAccount",
    body: `{"accountId":"${FOLLOWER}","password":"${SECRET}","applicationId":"${APP}"}`,
    responses: [`"${SESSION_ID}"`],
    call: (fetch) => new Subscriber({ accountId: FOLLOWER, secret: SECRET, ...withClock(fetch) }).listSubscriptions(),
  },
  {
    operation: "ReadPublisherLatestGlucoseValues",
    line: "POST Publisher/ReadPublisherLatestGlucoseValues",
    body: `{"sessionId":"${SESSION_ID}","minutes":1440,"maxCount":100}`,
    responses: [JSON.stringify([record()]), "[]", ` [ ${JSON.stringify(record(), null, "\t")} ]\n`],
    call: read,
  },
];

/** A service that gives this response to `operation` and the usual one to others. It records the operations. */
function service(
  operation: string,
  response: () => Response,
): { fetch: typeof fetch; asked: { line: string; body: string }[] } {
  const asked: { line: string; body: string }[] = [];
  const usual: Record<string, unknown> = {
    AuthenticatePublisherAccount: ACCOUNT_ID,
    LoginPublisherAccountById: SESSION_ID,
    IsRemoteMonitoringSessionActive: true,
    ListSubscriberAccountSubscriptions: [],
    ReadPublisherLatestGlucoseValues: [],
  };
  return {
    asked,
    async fetch(input, { method = "GET", body } = {}) {
      const line = `${method} ${(input as string).replace(SERVICES, "")}`;
      const name = new URL(input).pathname.split("/").at(-1)!;
      if (name === operation) asked.push({ line, body: body as string });
      return name === operation ? response() : json(usual[name]);
    },
  };
}

/** The same value, its keys in one order. */
const keysInOrder = (body: string): unknown => Object.entries(JSON.parse(body) as object).sort();

for (const { operation, line, body, responses, call } of ROWS) {
  describe(operation, () => {
    for (const response of responses) {
      test(`is sent as in the protocol's example, once, and ${response.replaceAll(/\s+/g, " ").slice(0, 40)} is understood`, async () => {
        const { fetch, asked } = service(operation, () => text(response));
        await call(fetch);
        assert.equal(asked.length, 1);
        assert.equal(asked[0]!.line, line);
        assert.deepEqual(keysInOrder(asked[0]!.body), keysInOrder(body));
      });
    }

    for (const [serverCode, message, code] of operation.startsWith("Read") ? [] : FAULTS) {
      test(`is refused by ${serverCode}, once and for good`, async () => {
        const { fetch, asked } = service(operation, () => fault(serverCode, message));
        await assert.rejects(call(fetch), (error: DexcomError) => {
          assert.ok(error instanceof AccountError, String(error));
          assert.deepEqual([error.code, error.serverCode, error.status], [code, serverCode, 500]);
          assert.ok(error.advice.length > 40);
          assert.ok(!JSON.stringify(error).includes(WEARER.username), "the service's own text repeats the name");
          return true;
        });
        assert.equal(asked.length, 1, "a refused password was sent again");
      });
    }

    test("reports a wrong argument as such", async () => {
      const { fetch, asked } = service(operation, () => fault("InvalidArgument", "accountName"));
      await assert.rejects(call(fetch), (error: DexcomError) => error instanceof ArgumentError && error.status === 500);
      assert.equal(asked.length, 1);
    });

    for (const wrong of ['"1"', "{}", "7", "", "<html></html>"]) {
      test(`rejects ${wrong || "nothing"} as a response`, async () => {
        const { fetch } = service(operation, () => text(wrong));
        await assert.rejects(call(fetch), (error: Error) => error instanceof DexcomError);
      });
    }
  });
}
