import { type ServiceResponse, pageResponse } from "../service/wire/response.ts";
import type { OperationName } from "../service/operation.ts";
import type { RecordedRequest } from "../request-log.ts";

/**
 * A fault that the simulator injects into requests. `status`, `body` and `code` replace the service's response.
 * `headers` without these are added to it. The other fields change how a response travels.
 */
export interface Injection {
  /** Operations that the fault applies to. @default every operation */
  readonly operation?: OperationName | readonly OperationName[] | undefined;
  /** Applies the fault only to requests for which it returns `true`. */
  readonly when?: ((request: RecordedRequest) => boolean) | undefined;
  /** Number of requests that the fault applies to. @default Infinity, until it is stopped */
  readonly times?: number | undefined;
  /** Number of matching requests that get the usual response first. @default 0 */
  readonly after?: number | undefined;
  /**
   * HTTP status, 200 to 599. Without `body` and `code` the body is an HTML page, as a proxy sends it.
   * @default 200 with `body`, 500 with `code`
   */
  readonly status?: number | undefined;
  /** Headers that are set on the response. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Body in place of the service's own. */
  readonly body?: string | Uint8Array | undefined;
  /** `Code` of a fault of the service. The response is a fault body in the form that `subCodeForm` chooses. */
  readonly code?: string | undefined;
  /** The fault's `Message`. @default "Error in the application." */
  readonly message?: string | undefined;
  /**
   * Milliseconds on the simulator's clock until the headers; Infinity stalls forever. The service carries out the
   * request first, so a caller that stops waiting does not undo a login. @default 0
   */
  readonly delayMs?: number | undefined;
  /** Milliseconds between the two halves of the body; Infinity stalls forever. @default 0 */
  readonly bodyDelayMs?: number | undefined;
  /** Point at which the connection breaks. */
  readonly drop?: "before-headers" | "mid-body" | undefined;
  /** Number of bytes after which the body ends, as if it were complete. */
  readonly truncate?: number | undefined;
  /**
   * Milliseconds by which the `Date` header is wrong, behind if negative: a service whose clock is wrong.
   * @default 0
   */
  readonly dateShiftMs?: number | undefined;
  /**
   * Extra milliseconds that readings take to reach the service. Readings that could be read before are not affected.
   */
  readonly readingsLateMs?: number | undefined;
  /**
   * `true` if the service carries out the request although its response is replaced or lost: a login that opens a
   * session, a refusal that counts. @default false if the response is replaced or dropped before its headers, else true
   */
  readonly isProcessed?: boolean | undefined;
}

/** Returns `true` if the service's own response is not sent. */
function isReplaced({ status, body, code }: Injection): boolean {
  return status !== undefined || body !== undefined || code !== undefined;
}

/** Returns `true` if the service carries out the request. */
export function shouldProcess(injection: Injection): boolean {
  return injection.isProcessed ?? !(isReplaced(injection) || injection.drop === "before-headers");
}

/** Returns the response that replaces `own`, the service's own one. `fault` makes a fault body. */
export function injectedResponse(
  injection: Injection,
  own: ServiceResponse | undefined,
  fault: (code: string, message: string, status: number) => ServiceResponse,
): ServiceResponse {
  const { status, body, code, message = "Error in the application.", headers = {}, truncate } = injection;
  const answer =
    code !== undefined
      ? fault(code, message, status ?? 500)
      : body !== undefined
        ? { status: status ?? 200, headers: [["content-type", "application/json"]] as const, body }
        : status !== undefined
          ? bareResponse(status)
          : (own ?? pageResponse(502));
  const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const cut = truncate !== undefined;
  return {
    ...answer,
    // A cut response is whole as far as its framing goes.
    headers: [
      ...answer.headers.filter(([name]) => !replaced.has(name) && !(cut && name === "content-length")),
      ...Object.entries(headers),
    ],
    body: cut ? toBytes(answer.body).slice(0, truncate) : answer.body,
  };
}

function bareResponse(status: number): ServiceResponse {
  return status < 400 ? { status, headers: [["content-type", "application/json"]], body: "" } : pageResponse(status);
}

/** The body as it goes over the wire. */
export function toBytes(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}
