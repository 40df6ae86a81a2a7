import {
  AccountError,
  ArgumentError,
  ServerError,
  SessionError,
  type DexcomError,
  type DexcomErrorCode,
  type ErrorDetails,
} from "../errors.ts";

/** Collects what an error tells of its response. @param isRefusal The service refuses a login. */
export type DetailsOf = (isRefusal?: boolean) => ErrorDetails;

interface Fault {
  readonly Code: string;
  readonly Message?: unknown;
}

/**
 * Fault codes that the service is known to send, and what the package makes of each (PROTOCOL.md, "Fault codes"). Three
 * of them mean a wrong password, an unknown account or a wrong region: which one is sent has changed over the years.
 */
const FAULT_CODES: ReadonlyMap<string, DexcomErrorCode> = /* @__PURE__ */ new Map<string, DexcomErrorCode>([
  ["AccountPasswordInvalid", "CREDENTIALS_REFUSED"],
  ["SSO_AuthenticateAccountNotFound", "CREDENTIALS_REFUSED"],
  ["SSO_AuthenticatePasswordInvalid", "CREDENTIALS_REFUSED"],
  ["SSO_InternalError", "UNKNOWN_FAULT"],
  ["SessionIdNotFound", "SESSION_NOT_FOUND"],
  ["SessionNotValid", "SESSION_EXPIRED"],
  ["InvalidArgument", "INVALID_ARGUMENT"],
  ["MonitoredReceiverNotAssigned", "RECEIVER_NOT_ASSIGNED"],
  ["MonitoredReceiverSerialNumberDoesNotMatch", "RECEIVER_DOES_NOT_MATCH"],
  ["MonitoringSessionNotActive", "MONITORING_NOT_ACTIVE"],
  ["MonitoringSessionAlreadyActive", "MONITORING_ALREADY_ACTIVE"],
  ["DuplicateEgvPosted", "DUPLICATE_READING"],
  ["ContactNameAlreadyExists", "CONTACT_NAME_TAKEN"],
]);

/** "Exceeed" in most clients, "Exceeded" in newer ones. */
const LOCKED_OUT = /^SSO_AuthenticateMaxAttemptsExce+d(ed)?$/i;

/** Looks up the package's code for a fault code of the service; `undefined` if the service is not known to send it. */
export function errorCodeOf(faultCode: string): DexcomErrorCode | undefined {
  return LOCKED_OUT.test(faultCode) ? "LOCKED_OUT" : FAULT_CODES.get(faultCode);
}

/**
 * Makes the error that a fault body stands for, whatever the HTTP status; `undefined` if `value` is no fault. `Code`
 * decides. `Message` is read only if one code means two things, and never kept, because it repeats ids. `SubCode` has
 * three forms and is not read (PROTOCOL.md, "Fault shape").
 */
export function faultToError(value: unknown, details: DetailsOf): DexcomError | undefined {
  // Without a schema: every response passes here, and one field decides.
  const fault = value as Fault | null | undefined;
  return typeof fault?.Code === "string" ? toError(fault.Code, String(fault.Message), details) : undefined;
}

function toError(code: string, message: string, details: DetailsOf): DexcomError {
  // On 2024-07-21 this text was the response to wrong credentials. Without it the service itself has failed.
  const isRefusedBySso = code === "SSO_InternalError" && message.includes("Cannot Authenticate by Account");
  const errorCode = isRefusedBySso ? "CREDENTIALS_REFUSED" : errorCodeOf(code);
  switch (errorCode) {
    case "CREDENTIALS_REFUSED":
    case "LOCKED_OUT":
      return accountError(errorCode, details(true));
    case "SESSION_NOT_FOUND":
      return new SessionError(errorCode, "Session ID not found", details());
    case "SESSION_EXPIRED":
      return new SessionError(errorCode, "Session not active or timed out", details());
    case "INVALID_ARGUMENT":
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
