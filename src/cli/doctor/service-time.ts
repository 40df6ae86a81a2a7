import { readBody } from "../../http/response.ts";
import { within } from "../../http/deadline.ts";
import { NetworkError, ServerError, TimeoutError } from "../../errors.ts";
import { parseHttpDate } from "../../http/retry.ts";
import { networkError } from "../../http/network-failure.ts";
import { readSystemTime } from "../../wire/dates.ts";
import { systemUtcTime } from "../../wire/operations.ts";
import { elapsedMs } from "../../clock.ts";
import type { Io } from "../io.ts";

/** Result of SystemUtcTime, which needs no login: if the service responds, how fast, and its time. */
export interface ServiceTime {
  readonly latencyMs: number;
  /** Milliseconds by which this machine's clock is ahead of the service's, negative if behind. It may be unknown. */
  readonly aheadMs: number | undefined;
}

const TIMEOUT_MS = 10_000;

/**
 * Requests the service's time once, without credentials (PROTOCOL.md, "Service time"). It does not use the transport,
 * which retries and does not report the duration of a response.
 *
 * @param servicesUrl Ends in `/ShareWebServices/Services/`.
 * @throws {NetworkError} If there is no response.
 * @throws {ServerError} If the response is not one of this service.
 */
export async function askServiceTime(
  servicesUrl: string,
  send: typeof fetch,
  { clock, signal }: Io,
): Promise<ServiceTime> {
  const askedAt = clock.now();
  const { host } = new URL(servicesUrl);
  const timedOut = (): TimeoutError =>
    new TimeoutError("ATTEMPT_TIMED_OUT", `No response from ${host} within ${String(TIMEOUT_MS)} ms`);
  try {
    return await within(
      clock,
      { endsAtElapsedMs: elapsedMs(clock) + 2 * TIMEOUT_MS, signal },
      TIMEOUT_MS,
      timedOut,
      async (inner, onStop) => {
        const headers = { Accept: "application/json" };
        const response = await send(servicesUrl + systemUtcTime.path, {
          headers,
          redirect: "manual",
          signal: inner,
        });
        const latencyMs = clock.now() - askedAt;
        const text = (await readBody(response, inner, onStop)) ?? "";
        const time = readSystemTime(text) || parseHttpDate(response.headers.get("date"));
        // Of an error or a page the `Date` may be right, but it is somebody else's.
        if (!response.ok || isPage(text)) {
          throw new ServerError(
            "UNEXPECTED_RESPONSE",
            isPage(text) ? "A web page came in place of data" : "Unexpected server response",
            {
              status: response.status || undefined,
            },
          );
        }
        // Half of the way there, half of it back.
        return { latencyMs, aheadMs: time === undefined ? undefined : askedAt + latencyMs / 2 - time };
      },
    );
  } catch (error) {
    if (error instanceof NetworkError || error instanceof ServerError || signal.aborted) throw error;
    throw networkError(error, { host, isSecret: () => false });
  }
}

/** Recognizes the page of a proxy, a hotel's network or an outage. */
function isPage(text: string): boolean {
  return /^\s*<(!doctype|html|head|body)\b/i.test(text);
}
