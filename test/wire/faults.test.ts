import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, ArgumentError, ServerError, SessionError, type DexcomError } from "../../src/errors.ts";
import { faultToError } from "../../src/wire/faults.ts";
import { faultBody } from "../support/responses.ts";
import { shown } from "../support/shown.ts";

const details = () => ({ status: 500, serverCode: "X", attempts: 2 });

type ErrorClass = new (...args: never[]) => DexcomError;
const REFUSED = [AccountError, "CREDENTIALS_REFUSED", "Failed to authenticate"] as const;
const LOCKED = [AccountError, "LOCKED_OUT", "Maximum authentication attempts exceeded"] as const;
const UNKNOWN = [ServerError, "UNKNOWN_FAULT", "Unknown error code in server response"] as const;

/** Meaning of each code and message (PROTOCOL.md, "Fault codes"). */
const TABLE: readonly (readonly [code: string, message: string, meaning: readonly [ErrorClass, string, string]])[] = [
  ["AccountPasswordInvalid", "Publisher account password failed", REFUSED],
  ["SSO_AuthenticateAccountNotFound", "Create SSO account during login failed. AccountName=someone", REFUSED],
  ["SSO_AuthenticatePasswordInvalid", "Simulate SSO: Authentication failed. AccountId=1", REFUSED],
  [
    "SSO_AuthenticatePasswordInvalid",
    "Replay of bad password to SSO account gave invalid password error. AccountId=1",
    REFUSED,
  ],
  [
    "SSO_InternalError",
    "Synchronization of SSO account during authenticate call failed Time out issue.  AccountName=someone Error encountered " +
      "accessing Keycloak endpoint: UAM_ERROR: HttpStatus='401 UNAUTHORIZED(401)' Msg=Cannot Authenticate by AccountName='someone'",
    REFUSED,
  ],
  ["SSO_InternalError", "Msg=Cannot Authenticate by AccountId='1'", REFUSED],
  // Without that sentence the service itself is ill: no word on the credentials.
  ["SSO_InternalError", "Synchronization of SSO account during authenticate call failed Time out issue.", UNKNOWN],
  ["SSO_AuthenticateMaxAttemptsExceeed", "", LOCKED],
  ["SSO_AuthenticateMaxAttemptsExceeded", "", LOCKED],
  [
    "SessionIdNotFound",
    "Failed to find session object. [SessionId = 5]",
    [SessionError, "SESSION_NOT_FOUND", "Session ID not found"],
  ],
  [
    "SessionNotValid",
    "Error in the application.",
    [SessionError, "SESSION_EXPIRED", "Session not active or timed out"],
  ],
  [
    "SessionNotValid",
    "Session not active or timed out. [SessionId = 5]",
    [SessionError, "SESSION_EXPIRED", "Session not active or timed out"],
  ],
  [
    "InvalidArgument",
    'Missing required field(s): JSON parse error: Cannot deserialize value of type `java.util.UUID` from String "1": UUID has to be represented by standard 36-char representation',
    [ArgumentError, "INVALID_ARGUMENT", "Account ID must be UUID"],
  ],
  ["InvalidArgument", "accountName", [ArgumentError, "INVALID_ARGUMENT", "Username must be non-empty string"]],
  ["InvalidArgument", "password", [ArgumentError, "INVALID_ARGUMENT", "Password must be non-empty string"]],
  ["MonitoredReceiverNotAssigned", "Publisher account does not have a valid monitored receiver.", UNKNOWN],
  ["SomethingNew", "whatever", UNKNOWN],
  ["", "", UNKNOWN],
  // Codes are compared whole: no part of one and no prototype's key is a code.
  ["AccountPasswordInvalidly", "", UNKNOWN],
  ["NoAccountPasswordInvalid", "", UNKNOWN],
  ["Not_SSO_AuthenticateMaxAttemptsExceeded", "", UNKNOWN],
  ["SSO_AuthenticateMaxAttemptsExceededSoon", "", UNKNOWN],
  // That sentence says so with its own code alone.
  ["SomethingNew", "Msg=Cannot Authenticate by AccountId='1'", UNKNOWN],
  ["toString", "", UNKNOWN],
];

describe("a fault", () => {
  for (const [code, message, [ErrorClass, ourCode, ourMessage]] of TABLE) {
    test(`${code || "without a name"} (“${message.slice(0, 30)}…”) is ${ErrorClass.name}: ${ourMessage}`, () => {
      const error = faultToError(faultBody(code, message), details);
      assert.ok(error instanceof ErrorClass);
      assert.equal(error.constructor, ErrorClass);
      assert.equal(error.code, ourCode);
      assert.equal(error.message, ourMessage);
      assert.equal(error.attempts, 2);
    });
  }

  for (const [name, subCode] of [
    [
      "an XML of .NET",
      '<OnlineException DateThrownLocal="2021-03-18 05:15:47" FullText="Dexcom.Common.OnlineException: " />',
    ],
    ["XML that is not well-formed", '<OnlineException Message="from String "1": UUID" />'],
    ["JSON", '{\n    "OnlineException": {\n        "ErrorCode": ""\n    }\n}'],
    ["a word on another fault", "SSO_AuthenticateMaxAttemptsExceeed"],
    ["nothing", undefined],
    ["no string", { Code: "SessionNotValid" }],
  ] as const) {
    test(`means the same with ${name} for a SubCode`, () => {
      const error = faultToError({ ...faultBody("AccountPasswordInvalid"), SubCode: subCode }, details);
      assert.equal(error?.code, "CREDENTIALS_REFUSED");
    });
  }

  test("needs no message", () => {
    for (const Message of [undefined, null, 5, {}, []]) {
      assert.equal(
        faultToError({ Code: "InvalidArgument", Message }, details)?.message,
        "The service refused an argument",
      );
      assert.equal(faultToError({ Code: "SSO_InternalError", Message }, details)?.code, "UNKNOWN_FAULT");
    }
  });

  for (const value of [
    undefined,
    null,
    "",
    "Code",
    0,
    true,
    [],
    [{ Code: "SessionNotValid" }],
    {},
    { Code: 5 },
    { Code: null },
    { code: "SessionNotValid" },
  ]) {
    test(`is not ${shown(value)}`, () => assert.equal(faultToError(value, details), undefined));
  }
});
