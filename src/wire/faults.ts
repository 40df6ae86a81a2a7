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

interface Fault {
  readonly Code: string;
  readonly Message?: unknown;
}

/**
 * The error that a fault body stands for, whatever the HTTP status; `undefined` where `value` is no fault.
 * `Code` decides; `Message` is looked at only where the record says that one code means two things, and never kept: it
 * echoes ids. `SubCode` has three forms and is not read (wire-protocol 9).
 */
export function faultToError(value: unknown, details: DetailsOf): DexcomError | undefined {
  // No schema: every answer passes here, and one field tells.
  const fault = value as Fault | null | undefined;
  return typeof fault?.Code === "string" ? toError(fault.Code, String(fault.Message), details) : undefined;
}

/** All three mean: wrong password, unknown account or wrong region. Which one is sent has changed over the years. */
const REFUSAL = /^(AccountPasswordInvalid|SSO_Authenticate(AccountNotFound|PasswordInvalid))$/;

function toError(code: string, message: string, details: DetailsOf): DexcomError {
  // On 2024-07-21 this text was the answer to wrong credentials; without it the service itself is ill.
  const isRefusal = code === "SSO_InternalError" && message.includes("Cannot Authenticate by Account");
  if (isRefusal || REFUSAL.test(code)) {
    return accountError("CREDENTIALS_REFUSED", details(true));
  }
  // "Exceeed" on record, "Exceeded" in what later clients expect.
  if (/^SSO_AuthenticateMaxAttemptsExce+d(ed)?$/i.test(code)) {
    return accountError("LOCKED_OUT", details(true));
  }
  if (code === "SessionIdNotFound") return new SessionError("SESSION_NOT_FOUND", "Session ID not found", details());
  if (code === "SessionNotValid") {
    return new SessionError("SESSION_EXPIRED", "Session not active or timed out", details());
  }
  if (code === "InvalidArgument") return new ArgumentError(invalidArgument(message), details());
  return new ServerError("UNKNOWN_FAULT", "Unknown error code in server response", details());
}

/** Makes the error of a refused login, also when a refusal is remembered. */
export function accountError(code: "CREDENTIALS_REFUSED" | "LOCKED_OUT", details: ErrorDetails): AccountError {
  const isLockOut = code === "LOCKED_OUT";
  return new AccountError(
    code,
    isLockOut ? "Maximum authentication attempts exceeded" : "Failed to authenticate",
    details,
  );
}

function invalidArgument(message: string): string {
  if (message.includes("accountName")) return "Username must be non-empty string";
  if (message.includes("password")) return "Password must be non-empty string";
  return message.includes("UUID") ? "Account ID must be UUID" : "The service refused an argument";
}

const KNOWN_CODES =
  /^(AccountPasswordInvalid|SSO_(InternalError|Authenticate(AccountNotFound|PasswordInvalid|MaxAttemptsExce+d(ed)?))|SessionIdNotFound|SessionNotValid|InvalidArgument|Monitor(edReceiver(NotAssigned|SerialNumberDoesNotMatch)|ingSession(NotActive|AlreadyActive))|DuplicateEgvPosted|ContactNameAlreadyExists)$/;

/** Tells if `code` is one that the service is known to send. */
export function isKnownCode(code: string): boolean {
  return KNOWN_CODES.test(code);
}
