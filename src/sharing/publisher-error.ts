import {
  ArgumentError,
  DexcomError,
  type DexcomErrorCode,
  type ErrorDetails,
  type PublisherErrorCode,
} from "../errors.ts";
import { faultToError, type DetailsOf } from "../wire/faults.ts";
import type { SharingRow } from "../wire/operations.ts";
import { parsePublisherFault } from "../wire/publisher-faults.ts";

interface Explanation {
  readonly code: PublisherErrorCode;
  readonly message: string;
  readonly advice: string;
}

/** Explanations of the service's faults. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    code: "RECEIVER_NOT_ASSIGNED",
    message: "No receiver is assigned to the account",
    advice:
      "Check the serial number, then assign the receiver with replaceReceiver(), or post with replaceReceiver: true. It takes the place of any other.",
  },
  {
    code: "RECEIVER_DOES_NOT_MATCH",
    message: "Another receiver is assigned to the account",
    advice:
      "Compare the serial number with the one on the receiver or transmitter. If the receiver is new, assign it with replaceReceiver(): it takes the place of the old one.",
  },
  {
    code: "MONITORING_NOT_ACTIVE",
    message: "The monitoring session is not active",
    advice: "Start it with startMonitoring(). If it was started just now, another device may be stopping it.",
  },
  {
    code: "MONITORING_ALREADY_ACTIVE",
    message: "The monitoring session is already active",
    advice: "There is nothing to do. To start it for another receiver, stop it first.",
  },
  {
    code: "DUPLICATE_READING",
    message: "The service already has the reading",
    advice: "There is nothing to do.",
  },
  {
    code: "CONTACT_NAME_TAKEN",
    message: "The account has a contact of this name",
    advice: "Choose another name, or find the contact in listSubscriptions().",
  },
];

const UNKNOWN_OUTCOME: Explanation = {
  code: "OUTCOME_UNKNOWN",
  message: "The response was lost: the service may have made the change",
  advice: "Check before you try again: hasContact() and listSubscriptions() show what the service has.",
};

/**
 * The service refused a request and said why. With the code `OUTCOME_UNKNOWN` the response was lost, and another
 * request could make the same change twice. `cause` then says how it was lost.
 *
 * @example
 * ```ts
 * import { Publisher, PublisherError } from "dexcom-share-ts/publisher";
 * const publisher = new Publisher({ username: "someone@example.com", password: "secret" });
 * try {
 *   await publisher.startMonitoring("SM00000000");
 * } catch (error) {
 *   if (error instanceof PublisherError && error.code === "RECEIVER_NOT_ASSIGNED") console.log(error.advice);
 *   else throw error;
 * }
 * ```
 */
export class PublisherError extends DexcomError {
  /** @internal */
  static override readonly brands: readonly string[] = ["PublisherError", "DexcomError"];

  declare readonly code: PublisherErrorCode;

  /** @internal */
  constructor({ code, message, advice }: Explanation, details: ErrorDetails) {
    super(code, message, { ...details, advice });
  }
}

/** Errors after which the service may have made the change: an unknown fault, a lost response, an unknown response. */
const UNCLEAR: readonly DexcomErrorCode[] = ["UNKNOWN_FAULT", "OUTCOME_UNKNOWN", "INVALID_SHAPE", "INVALID_JSON"];

/** Returns `true` if only a query tells the state. */
export function isUnclear(error: unknown): boolean {
  return error instanceof DexcomError && UNCLEAR.includes(error.code);
}

/** Makes the error that a response stands for; `undefined` if it is no fault. */
export function publisherFault(value: unknown, details: DetailsOf): DexcomError | undefined {
  const fault = parsePublisherFault(value);
  const explanation = EXPLANATIONS.find(({ code }) => code === fault?.code);
  // A known code reveals nothing, even if a password happens to be a part of it.
  return fault && explanation
    ? new PublisherError(explanation, { ...details(), serverCode: fault.serverCode })
    : faultToError(value, details);
}

/** Names the operation of a refused argument: the messages of the reader name the arguments of a login. */
export function explained(error: DexcomError, { path }: SharingRow): DexcomError {
  if (!(error instanceof ArgumentError && error.status)) return error;
  const { status, serverCode, traceId, attempts, retryAfterMs } = error;
  const details = { status, serverCode, traceId, attempts, retryAfterMs };
  return new ArgumentError(`The service refused an argument of ${path.slice(path.indexOf("/") + 1)}`, details);
}

/** Makes the error of a lost response to a change. */
export function outcomeUnknown(cause: DexcomError): PublisherError {
  const { status, serverCode, traceId, attempts, retryAfterMs } = cause;
  return new PublisherError(UNKNOWN_OUTCOME, { status, serverCode, traceId, attempts, retryAfterMs, cause });
}
