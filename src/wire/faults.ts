import {
  AccountError,
  ArgumentError,
  ServerError,
  SessionError,
  type DexcomError,
  type ErrorDetails,
} from "../errors.ts";

/** Collects what an error tells of its response. @param isRefusal The service refuses a login. */
export type DetailsOf = (isRefusal?: boolean) => ErrorDetails;

/** Codes of a wrong password, an unknown account or a wrong region: which one is sent has changed over the years. */
const REFUSALS: readonly string[] = [
  "AccountPasswordInvalid",
  "SSO_AuthenticateAccountNotFound",
  "SSO_AuthenticatePasswordInvalid",
];

/** "Exceeed" in most clients, "Exceeded" in newer ones. */
const LOCKED_OUT = /^SSO_AuthenticateMaxAttemptsExce+d(ed)?$/i;

/**
 * Makes the error that a fault body stands for, whatever the HTTP status; `undefined` if `value` is no fault. `Code`
 * decides (PROTOCOL.md, "Fault codes"). `Message` is read only if one code means two things, and never kept, because it
 * repeats ids. `SubCode` has three forms and is not read (PROTOCOL.md, "Fault shape").
 */
export function faultToError(value: unknown, details: DetailsOf): DexcomError | undefined {
  // Without a schema: every response passes here, and one field decides.
  const { Code: code, Message } = Object(value) as Partial<Record<string, unknown>>;
  if (typeof code !== "string") return undefined;
  const message = String(Message);
  // On 2024-07-21 this text was the response to wrong credentials. Without it the service itself has failed.
  const isRefusedBySso = code === "SSO_InternalError" && message.includes("Cannot Authenticate by Account");
  if (isRefusedBySso || REFUSALS.includes(code)) return accountError("CREDENTIALS_REFUSED", details(true));
  if (LOCKED_OUT.test(code)) return accountError("LOCKED_OUT", details(true));
  switch (code) {
    case "SessionIdNotFound":
      return new SessionError("SESSION_NOT_FOUND", "Session ID not found", details());
    case "SessionNotValid":
      return new SessionError("SESSION_EXPIRED", "Session not active or timed out", details());
    case "InvalidArgument":
      return new ArgumentError(describeInvalidArgument(message), details());
    default:
      // The codes of an upload or an invitation become a PublisherError in the rooms that can cause them.
      return new ServerError("UNKNOWN_FAULT", "Unknown error code in server response", details());
  }
}

/** Makes the error of a refused login, also if the refusal is remembered. */
export function accountError(code: "CREDENTIALS_REFUSED" | "LOCKED_OUT", details: ErrorDetails): AccountError {
  const isLockOut = code === "LOCKED_OUT";
  return new AccountError(
    code,
    isLockOut ? "Maximum authentication attempts exceeded" : "Failed to authenticate",
    details,
  );
}

/** Names the argument that the service's message names, in words of our own. */
function describeInvalidArgument(message: string): string {
  if (message.includes("accountName")) return "Username must be non-empty string";
  if (message.includes("password")) return "Password must be non-empty string";
  return message.includes("UUID") ? "Account ID must be UUID" : "The service refused an argument";
}
