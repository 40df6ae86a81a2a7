import type { Clock } from "../../../src/index.ts";
import { recordedFetch, stall } from "../../support/scripted-fetch.ts";
import type { CannedResponse } from "./fault.ts";
import type { FaultyService } from "./faulty-service.ts";

/** An origin that no request may reach. */
const ELSEWHERE = "https://elsewhere.example.com";
const CHUNK_BYTES = 65_536;

/** Counts what the network saw. */
export interface Traffic {
  /** Bytes that were taken of the longest body. */
  longest: number;
  /** Requests to another origin. */
  elsewhere: number;
  /** Bodies begun and neither read to their end nor cancelled. */
  unread: number;
}

/** A `fetch` that plays the responses of a faulty service. Its failures repeat the URL and the body, as in some runtimes. */
export function faultyNetwork(
  service: FaultyService,
  clock: Clock,
): { readonly fetch: typeof fetch; readonly traffic: Traffic } {
  const traffic: Traffic = { longest: 0, elsewhere: 0, unread: 0 };
  const recorded = recordedFetch(async ({ url, init, signal }) => {
    const text = init.body as string;
    const canned = service.respond(new URL(url).pathname, { text, now: clock.now(), elsewhere: ELSEWHERE });
    const failure = (code: string): TypeError => {
      const cause = Object.assign(new Error(`connect ${code} ${url} ${text}`), { code });
      return Object.assign(new TypeError(`fetch failed: ${url} ${text}`, { cause }), {
        path: url,
        request: { url, body: text },
      });
    };
    const { breaks, status = 200 } = canned;
    if (breaks === "refused") throw failure("ECONNREFUSED");
    if (breaks === "reset before headers") throw failure("ECONNRESET");
    if (breaks === "stalled before headers") await stall({ signal });
    if (status > 300 && status < 400 && init.redirect !== "manual") traffic.elsewhere++;
    const hasBody = status !== 204;
    const response = new Response(hasBody ? toStream(canned, signal, traffic, failure) : null, {
      status,
      headers: { "content-type": "application/json", ...canned.headers },
    });
    return canned.isFollowed ? Object.defineProperty(response, "redirected", { value: true }) : response;
  });
  return { fetch: recorded.fetch, traffic };
}

function toStream(
  { body = "", padding = 0, breaks }: CannedResponse,
  signal: AbortSignal,
  traffic: Traffic,
  failure: (code: string) => Error,
): ReadableStream<Uint8Array> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  let taken = 0;
  traffic.unread++;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (taken < padding) {
          controller.enqueue(new Uint8Array(CHUNK_BYTES).fill(0x20));
          traffic.longest = Math.max(traffic.longest, (taken += CHUNK_BYTES));
          return;
        }
        const isFirst = taken === 0;
        taken++;
        if (breaks !== undefined && isFirst) return controller.enqueue(bytes.subarray(0, bytes.length / 2));
        if (breaks === "stalled mid-body") return stall({ signal });
        traffic.unread--;
        if (breaks === "reset mid-body") return controller.error(failure("UND_ERR_SOCKET"));
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
      },
      cancel() {
        traffic.unread--;
      },
    },
    { highWaterMark: 0 },
  );
}
