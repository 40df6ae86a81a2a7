import { all, each, faultBody, final, retried, type Columns, type Fault, type Sent } from "./fault.ts";

const REFUSED = "CREDENTIALS_REFUSED 1";
const LOCKED = "LOCKED_OUT 1";
const ARGUMENT = "INVALID_ARGUMENT 1";
const UNKNOWN = "UNKNOWN_FAULT 1";

/** Messages are the recorded ones, and echo the request if the recorded ones do (PROTOCOL.md, "Fault codes"). */
const FINAL: readonly (readonly [code: string, message: (sent: Sent) => string, outcome: Columns])[] = [
  ["AccountPasswordInvalid", () => "Publisher account password failed", all(REFUSED)],
  [
    "SSO_AuthenticateAccountNotFound",
    ({ text }) => `Create SSO account during login failed. AccountName=${text}`,
    all(REFUSED),
  ],
  [
    "SSO_AuthenticatePasswordInvalid",
    ({ text }) => `Simulate SSO: Authentication failed. AccountId=${text}`,
    all(REFUSED),
  ],
  [
    "SSO_InternalError",
    ({ text }) => `HttpStatus='401 UNAUTHORIZED(401)' Msg=Cannot Authenticate by AccountName='${text}'`,
    all(REFUSED),
  ],
  ["SSO_AuthenticateMaxAttemptsExceeed", ({ text }) => `Too many. AccountId=${text}`, all(LOCKED)],
  ["SSO_AuthenticateMaxAttemptsExceeded", ({ text }) => `Too many. AccountId=${text}`, all(LOCKED)],
  [
    "InvalidArgument",
    () =>
      'Cannot deserialize value of type `java.util.UUID` from String "1": UUID has to be represented by standard 36-char representation',
    all(ARGUMENT),
  ],
  ["InvalidArgument", ({ text }) => `accountName: ${text}`, all(ARGUMENT)],
  ["InvalidArgument", ({ text }) => `password: ${text}`, all(ARGUMENT)],
];

/**
 * Codes that a reader never ought to get, one that nobody knows, and one that is ill without naming the credentials.
 */
const UNKNOWN_CODES: readonly string[] = [
  "SSO_InternalError",
  "MonitoredReceiverNotAssigned",
  "MonitoringSessionNotActive",
  "MonitoringSessionAlreadyActive",
  "MonitoredReceiverSerialNumberDoesNotMatch",
  "DuplicateEgvPosted",
  "ContactNameAlreadyExists",
  "SomethingNew",
  "",
];

const SESSION_ENDS: readonly (readonly [
  code: string,
  message: string,
  outcome: "SESSION_NOT_FOUND" | "SESSION_EXPIRED",
])[] = [
  ["SessionIdNotFound", "Failed to find session object. [SessionId = ", "SESSION_NOT_FOUND"],
  ["SessionNotValid", "Session not active or timed out. [SessionId = ", "SESSION_EXPIRED"],
];

/** Each documented code with a given status: the code decides, and then it matters little which status it came with. */
function codes(status: number): Fault[] {
  const name = (code: string, what = ""): string => `${code || "an empty code"}${what} with ${status}`;
  const respond = (code: string, message: (sent: Sent) => string): Fault["respond"] => {
    return (sent) => ({ status, body: faultBody(code, message(sent)) });
  };
  return [
    ...FINAL.map(([code, message, outcome]) => final(name(code), outcome, respond(code, message))),
    ...UNKNOWN_CODES.map((code) => {
      const reply = respond(code, ({ text }) => `Error in the application. ${text}`);
      if (status === 200) return final(name(code), all(UNKNOWN), reply);
      // A login is not sent again on a fault of an unknown name: it may be a new name of a refusal.
      return retried(name(code), "UNKNOWN_FAULT", reply, {
        always: each(UNKNOWN, "UNKNOWN_FAULT 3"),
        once: each(UNKNOWN, "reading 2"),
      });
    }),
    ...SESSION_ENDS.map(([code, message, outcome]): Fault => {
      const end = `${outcome} 1` as const;
      return {
        name: name(code),
        respond: respond(code, ({ text }) => `${message}${text}]`),
        endsSession: true,
        always: { ...all(end), read: `${outcome} 2` },
        once: { ...all(end), read: "reading 2" },
      };
    }),
  ];
}

export const CODES: readonly Fault[] = [
  ...codes(500),
  ...codes(200),
  final("AccountPasswordInvalid with 429", all(REFUSED), () => ({
    status: 429,
    body: faultBody("AccountPasswordInvalid", ""),
  })),
  final("AccountPasswordInvalid with 503", all(REFUSED), () => ({
    status: 503,
    body: faultBody("AccountPasswordInvalid", ""),
  })),
];
