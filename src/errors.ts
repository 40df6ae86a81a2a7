/** What went wrong, for programs: stable across releases. */
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
  | ArchiveErrorCode;

/** What went wrong in `dexcom-share-ts/publisher` alone. */
export type PublisherErrorCode =
  | "RECEIVER_NOT_ASSIGNED"
  | "RECEIVER_DOES_NOT_MATCH"
  | "MONITORING_NOT_ACTIVE"
  | "MONITORING_ALREADY_ACTIVE"
  | "DUPLICATE_READING"
  | "CONTACT_NAME_TAKEN"
  | "OUTCOME_UNKNOWN";

/** What went wrong in an archive. */
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

/** One thing that an answer had wrong: where, and why. Never the value itself. */
export interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What an error may carry besides its message: an allow-list, so that nothing else can. */
export interface ErrorDetails {
  /** HTTP status of the answer. */
  readonly status?: number | undefined;
  /** The fault's own `Code`, such as `"AccountPasswordInvalid"` (wire-protocol 9.2). */
  readonly serverCode?: string | undefined;
  /** The answer's `x-trace-id`, which the service's operators can look up. */
  readonly traceId?: string | undefined;
  /** Requests sent for the step that failed; 0 where none was. */
  readonly attempts?: number | undefined;
  /** Milliseconds until the next attempt can be made. */
  readonly retryAfterMs?: number | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly cause?: Error | undefined;
}

const DETAILS = ["status", "serverCode", "traceId", "attempts", "retryAfterMs", "issues"] as const;

const OFFLINE = "Check the internet connection, and that no proxy or firewall is in the way.";

/** What a person can do, by code; for the others, wait. */
const ADVICE: Readonly<Partial<Record<DexcomErrorCode, string>>> = {
  CREDENTIALS_REFUSED:
    "A wrong password, an unknown user and a wrong region all get this answer. Check the password and the region; use the login of the person who wears the sensor (the publisher), not a follower's; write a phone number with + and country code; try the user name instead of the email, or the account id. Further attempts may lock the account.",
  LOCKED_OUT:
    "Too many logins failed: the account is locked for about ten minutes. Check the password and the region before then.",
  LOGIN_UNDECIDED:
    "The response to the last login was lost, late, or not the service's, so the password may have been refused. It is not sent again for a while, because refusals lock the account. Check the internet connection.",
  INVALID_ARGUMENT: "Correct what the message names.",
  INVALID_JSON: "A web page in place of data comes from an outage, a proxy or the sign-in page of a network.",
  INVALID_SHAPE: "The answer has a form that this version does not know: update, or report it.",
  DEFAULT_ID: "The login gave no id: check the user name, or use the account id.",
  RATE_LIMITED: "Too many requests from this address: one every five minutes is enough for an account.",
  NETWORK_FAILED: OFFLINE,
  ATTEMPT_TIMED_OUT: OFFLINE,
  DEADLINE_EXCEEDED: OFFLINE,
};

/**
 * What every error of this library is, so that `catch` can tell them from others. No message, property or cause of one
 * holds a password, a session id or text that the service wrote.
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
  /** @internal */
  static readonly brand: string = "DexcomError";

  /**
   * Also recognizes errors of another copy of this package.
   *
   * @internal
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (super[Symbol.hasInstance](value)) return true;
    const brands = (value as { [BRANDS]?: readonly string[] } | null | undefined)?.[BRANDS];
    return Object.hasOwn(this, "brand") && brands?.includes(this.brand) === true;
  }

  readonly code: DexcomErrorCode;
  declare readonly status?: number;
  declare readonly serverCode?: string;
  declare readonly traceId?: string;
  declare readonly attempts?: number;
  declare readonly retryAfterMs?: number;
  declare readonly issues?: readonly Issue[];

  constructor(code: DexcomErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause && { cause: details.cause });
    this.code = code;
    // Only what is known becomes a property: an error is printed with all it has.
    Object.assign(this, pickDefined(details, DETAILS));
    // Not enumerable: neither printed nor compared.
    Object.defineProperty(this, BRANDS, { value: brandsOf(new.target) });
  }

  override get name(): string {
    return "DexcomError";
  }

  /** A sentence or two for a person: what to check, what to do, and when the next attempt is made. */
  get advice(): string {
    const advice = ADVICE[this.code] ?? "The service is not answering as it should: try again in a few minutes.";
    const wait = this.retryAfterMs;
    if (wait === undefined) return advice;
    const when = wait < 90_000 ? `${Math.ceil(wait / 1000)} seconds` : `${Math.ceil(wait / 60_000)} minutes`;
    return `${advice} The next attempt is made in ${when} at the earliest.`;
  }

  toJSON(): Record<string, unknown> {
    return pickDefined(this, ["name", "code", "message", "advice", ...DETAILS]);
  }
}

/**
 * Registered symbol that every copy of this package puts on its errors, with the brands of their classes. By it
 * `instanceof` holds between the ESM and the CommonJS copy, and between two versions.
 */
const BRANDS: unique symbol = /* @__PURE__ */ Symbol.for("dexcom-share-ts.errors");

/** Lists the brands of a class and of the classes that it extends. A caller's own subclass has none. */
function brandsOf(errorClass: unknown): string[] {
  const brands: string[] = [];
  for (let each = errorClass; typeof each === "function"; each = Object.getPrototypeOf(each)) {
    if (Object.hasOwn(each, "brand")) brands.push((each as typeof DexcomError).brand);
  }
  return brands;
}

function pickDefined<T extends object>(source: T, keys: readonly (keyof T)[]): Record<string, unknown> {
  return Object.fromEntries(keys.flatMap((key) => (source[key] === undefined ? [] : [[key, source[key]]])));
}

/**
 * Makes the same failure again, for a call that sent no request of its own.
 *
 * @param changes Number of attempts of that call, and how long the failure still holds.
 */
export function replayError<T extends DexcomError>(
  error: T,
  changes: { readonly attempts: number | undefined; readonly retryAfterMs: number },
): T {
  // eslint-disable-next-line @typescript-eslint/no-misused-spread -- its own fields are what is meant
  const details = { ...error, ...changes, cause: error.cause as Error | undefined };
  // By the base's constructor: those of the subclasses don't take the same arguments.
  return Reflect.construct(DexcomError, [error.code, error.message, details], error.constructor) as T;
}

/** The service refused the credentials, or has locked the account. The same credentials are not sent again before `retryAfterMs`. */
export class AccountError extends DexcomError {
  /** @internal */
  static override readonly brand: string = "AccountError";

  override get name(): string {
    return "AccountError";
  }
}

/** The session is missing or expired, and one new login did not help. */
export class SessionError extends DexcomError {
  /** @internal */
  static override readonly brand: string = "SessionError";

  override get name(): string {
    return "SessionError";
  }
}

/** The caller's input can't be right. */
export class ArgumentError extends DexcomError {
  /** @internal */
  static override readonly brand: string = "ArgumentError";

  constructor(message: string, details?: ErrorDetails) {
    super("INVALID_ARGUMENT", message, details);
  }

  override get name(): string {
    return "ArgumentError";
  }
}

/** The service answered, but not with what was asked for. With `issues`, its `name` is `"ZodError"`. */
export class ServerError extends DexcomError {
  /** @internal */
  static override readonly brand: string = "ServerError";

  override get name(): string {
    return this.issues ? "ZodError" : "ServerError";
  }
}

/** The service asked for fewer requests (HTTP 429). */
export class RateLimitError extends ServerError {
  /** @internal */
  static override readonly brand: string = "RateLimitError";

  override get name(): string {
    return "RateLimitError";
  }
}

/** No answer came. `cause` names what the runtime said, without the address. */
export class NetworkError extends DexcomError {
  /** @internal */
  static override readonly brand: string = "NetworkError";

  override get name(): string {
    return "NetworkError";
  }
}

/** No answer came in time: `ATTEMPT_TIMED_OUT` (`timeoutMs`) or `DEADLINE_EXCEEDED` (`deadlineMs`). */
export class TimeoutError extends NetworkError {
  /** @internal */
  static override readonly brand: string = "TimeoutError";

  override get name(): string {
    return "TimeoutError";
  }
}
