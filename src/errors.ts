/** Stable code of an error, for programs. */
export type DexcomErrorCode =
  | "CREDENTIALS_REFUSED"
  | "LOCKED_OUT"
  | "LOGIN_UNDECIDED"
  | "SESSION_NOT_FOUND"
  | "SESSION_EXPIRED"
  | "INVALID_ARGUMENT"
  | "UNKNOWN_FAULT"
  | "UNEXPECTED_RESPONSE"
  | "INVALID_JSON"
  | "INVALID_SHAPE"
  | "DEFAULT_ID"
  | "RATE_LIMITED"
  | "NETWORK_FAILED"
  | "ATTEMPT_TIMED_OUT"
  | "DEADLINE_EXCEEDED"
  | PublisherErrorCode
  | ArchiveErrorCode
  | NightscoutErrorCode;

/** Codes that only `dexcom-share-ts/publisher` uses. */
export type PublisherErrorCode =
  | "RECEIVER_NOT_ASSIGNED"
  | "RECEIVER_DOES_NOT_MATCH"
  | "MONITORING_NOT_ACTIVE"
  | "MONITORING_ALREADY_ACTIVE"
  | "DUPLICATE_READING"
  | "CONTACT_NAME_TAKEN"
  | "OUTCOME_UNKNOWN";

/** Codes that only the archives use. */
export type ArchiveErrorCode =
  | "ARCHIVE_UNSUPPORTED"
  | "ARCHIVE_DAMAGED"
  | "ARCHIVE_FOREIGN"
  | "ARCHIVE_TOO_NEW"
  | "ARCHIVE_READ_ONLY"
  | "ARCHIVE_FULL"
  | "ARCHIVE_BUSY"
  | "ARCHIVE_CLOSED"
  | "ARCHIVE_FAILED";

/** Codes that only `dexcom-share-ts/nightscout` uses. */
export type NightscoutErrorCode = "NIGHTSCOUT_REFUSED" | "NIGHTSCOUT_REJECTED";

/** One fault of a response: its place and the rule that it breaks. Never the value itself. */
export interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Properties that an error may have besides its message. Everything else is left out. */
export interface ErrorDetails {
  /** HTTP status of the response. */
  readonly status?: number | undefined;
  /** The fault's own `Code`, such as `"AccountPasswordInvalid"`. */
  readonly serverCode?: string | undefined;
  /** `x-trace-id` of the response, which the service's operators can look up. */
  readonly traceId?: string | undefined;
  /** Number of requests sent for the step that failed; 0 if it failed before a request. */
  readonly attempts?: number | undefined;
  /** Milliseconds until the next attempt can be made. */
  readonly retryAfterMs?: number | undefined;
  readonly issues?: readonly Issue[] | undefined;
  /** @default the advice for the error's code, with the time of the next attempt if that is known */
  readonly advice?: string | undefined;
  readonly cause?: Error | undefined;
}

const DETAILS = ["status", "serverCode", "traceId", "attempts", "retryAfterMs", "issues"] as const;

/**
 * Base class of all errors of this package. No message, property or cause holds a password, a session id or text that
 * the service wrote.
 *
 * @example
 * ```ts
 * import { AccountError, DexcomError } from "dexcom-share-ts";
 * function explain(error: unknown): string {
 *   if (error instanceof AccountError) return `Not logged in. ${error.advice}`;
 *   return error instanceof DexcomError ? `${error.code}: ${error.advice}` : String(error);
 * }
 * ```
 */
export class DexcomError extends Error {
  /**
   * Names of the class and of those that it extends. A caller's own subclass inherits them.
   *
   * @internal
   */
  static readonly brands: readonly string[] = ["DexcomError"];

  /**
   * Also recognizes errors of another copy of this package.
   *
   * @internal
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (super[Symbol.hasInstance](value)) return true;
    const brands = (value as { [BRANDS]?: readonly string[] } | null | undefined)?.[BRANDS];
    return Object.hasOwn(this, "brands") && brands?.includes(this.brands[0]!) === true;
  }

  /** Kind of the failure, for programs. It stays the same between releases; messages may change. */
  readonly code: DexcomErrorCode;
  /**
   * A sentence or two for a person: what to check, what to do, and how long the client waits before the next attempt.
   * An own property: Node and Bun print it with an uncaught error. Deno prints no properties.
   */
  readonly advice: string;
  /** HTTP status of the response, if there was one. */
  declare readonly status?: number;
  /** `Code` of the service's fault, such as `"AccountPasswordInvalid"`. */
  declare readonly serverCode?: string;
  /** `x-trace-id` of the response, which the service's operators can look up. */
  declare readonly traceId?: string;
  /** Number of requests sent for the step that failed; 0 if it failed before a request. */
  declare readonly attempts?: number;
  /** Milliseconds until the next attempt can be made. */
  declare readonly retryAfterMs?: number;
  /** Places of an unexpected response and the rules that they break, without values. */
  declare readonly issues?: readonly Issue[];

  constructor(code: DexcomErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause && { cause: details.cause });
    this.code = code;
    this.advice = details.advice ?? this.remedy + nextAttempt(details.retryAfterMs);
    // Only known details become properties: runtimes print an error with all its properties.
    Object.assign(this, pickDefined(details, DETAILS));
    // Not enumerable: neither printed nor compared. Bun prints an own name alone, and otherwise "error".
    Object.defineProperties(this, { [BRANDS]: { value: new.target.brands }, name: { value: this.name } });
  }

  override get name(): string {
    return (this.constructor as typeof DexcomError).brands[0]!;
  }

  /**
   * Advice for a person, without the time of the next attempt.
   *
   * @internal
   */
  get remedy(): string {
    return "The service does not respond as it should: try again in a few minutes.";
  }

  /** Returns the documented fields, without `cause` and stack. */
  toJSON(): Record<string, unknown> {
    return pickDefined(this, ["name", "code", "message", "advice", ...DETAILS]);
  }
}

function nextAttempt(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return "";
  const [count, unit] =
    retryAfterMs < 90_000 ? [Math.ceil(retryAfterMs / 1000), "second"] : [Math.ceil(retryAfterMs / 60_000), "minute"];
  return ` The next attempt is made in ${count} ${unit}${count === 1 ? "" : "s"} at the earliest.`;
}

/**
 * Registered symbol that every copy of this package puts on its errors, with the names of their classes. By it
 * `instanceof` holds between the ESM and the CommonJS copy, and between two versions.
 */
const BRANDS: unique symbol = /* @__PURE__ */ Symbol.for("dexcom-share-ts.errors");

function pickDefined<T extends object>(source: T, keys: readonly (keyof T)[]): Record<string, unknown> {
  return Object.fromEntries(keys.flatMap((key) => (source[key] === undefined ? [] : [[key, source[key]]])));
}

/**
 * Makes the same failure again, for a call that did not send the request itself.
 *
 * @param changes Number of attempts of that call, and how long the failure still holds. @default as they were
 */
export function replayError<T extends DexcomError>(
  error: T,
  changes?: { readonly attempts: number | undefined; readonly retryAfterMs: number },
): T {
  // eslint-disable-next-line @typescript-eslint/no-misused-spread -- copies the own fields, and only those
  const details = { ...error, ...(changes && { ...changes, advice: undefined }), cause: error.cause };
  // The base's constructor: those of the subclasses take other arguments.
  const again = Reflect.construct(DexcomError, [error.code, error.message, details], error.constructor) as T;
  // V8 leaves out all frames up to the constructor of the subclass, and here that one is not on the stack.
  (Error as { captureStackTrace?: (target: object, below: unknown) => void }).captureStackTrace?.(again, replayError);
  return again;
}

/**
 * Returns the error that a caller gets for a failure: one of its own, with the stack of its own call.
 *
 * Engines end an asynchronous stack at a shared promise, at a timer and at `new Promise`. So the error is made again in
 * an async function that the caller awaits. Other values, such as the reason of an abort, are returned as they are.
 */
export function errorForCaller(error: unknown): unknown {
  return error instanceof DexcomError ? replayError(error) : error;
}

/**
 * The service refused the credentials, or has locked the account. The same credentials are not sent again before
 * `retryAfterMs`.
 */
export class AccountError extends DexcomError {
  /** @internal */
  static override readonly brands: readonly string[] = ["AccountError", "DexcomError"];

  /** @internal */
  override get remedy(): string {
    return this.code === "LOCKED_OUT"
      ? "Too many logins failed, so the account is locked for a while. Check the password and the region."
      : "A wrong password, an unknown user and a wrong region all get this response. Use the login of the wearer (the publisher), not a follower's; write a phone number with + and country code; try the user name instead of the email, or the account id. Further attempts may lock the account.";
  }
}

/** The session is missing or expired, and one new login did not help. */
export class SessionError extends DexcomError {
  /** @internal */
  static override readonly brands: readonly string[] = ["SessionError", "DexcomError"];
}

/**
 * An argument or option is invalid. Nothing was sent, except if `status` is set: then the service refused an argument.
 */
export class ArgumentError extends DexcomError {
  /** @internal */
  static override readonly brands: readonly string[] = ["ArgumentError", "DexcomError"];

  constructor(message: string, details?: ErrorDetails) {
    super("INVALID_ARGUMENT", message, details);
  }

  /** @internal */
  override get remedy(): string {
    return "Correct what the message names.";
  }
}

/** The response is not the expected one. With `issues`, its `name` is `"ZodError"`. */
export class ServerError extends DexcomError {
  /** @internal */
  static override readonly brands: readonly string[] = ["ServerError", "DexcomError"];

  override get name(): string {
    return this.issues ? "ZodError" : super.name;
  }

  /** @internal */
  override get remedy(): string {
    switch (this.code) {
      case "INVALID_JSON":
        return "An outage, a proxy or the sign-in page of a network sent a web page instead of data. Check the network, and try again in a few minutes.";
      case "INVALID_SHAPE":
        return "This version does not know the form of the response: update the package, or report it.";
      case "DEFAULT_ID":
        return "The login gave no id: check the user name, or use the account id.";
      default:
        return super.remedy;
    }
  }
}

/** The service asked for fewer requests (HTTP 429). */
export class RateLimitError extends ServerError {
  /** @internal */
  static override readonly brands: readonly string[] = ["RateLimitError", "ServerError", "DexcomError"];

  /** @internal */
  override get remedy(): string {
    return "Send fewer requests from this address: one every five minutes is enough for an account.";
  }
}

/** No response came. The message names the host and the reason; `cause` has the names of the runtime's own errors. */
export class NetworkError extends DexcomError {
  /** @internal */
  static override readonly brands: readonly string[] = ["NetworkError", "DexcomError"];

  /** @internal */
  override get remedy(): string {
    return this.code === "LOGIN_UNDECIDED"
      ? "The password may have been refused. It is not sent again for a while, because refusals lock the account. Check the internet connection."
      : "Check the internet connection, and that no proxy or firewall is in the way.";
  }
}

/** No response came in time: `ATTEMPT_TIMED_OUT` (`timeoutMs`) or `DEADLINE_EXCEEDED` (`deadlineMs`). */
export class TimeoutError extends NetworkError {
  /** @internal */
  static override readonly brands: readonly string[] = ["TimeoutError", "NetworkError", "DexcomError"];
}
