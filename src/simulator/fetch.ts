import type { Clock } from "../clock.ts";
import type { Delivery, Exchange } from "./service/exchange.ts";

const MAX_REDIRECTS = 20;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** About what a socket hands over at a time: a client that stops at a bound must not get 50 MB in one piece. */
const MAX_PIECE_BYTES = 65_536;
/** Statuses that a `Response` takes no body with. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** A `fetch` that reaches the simulator and nothing else. It rejects as the one of Node does. */
export function createFetch(exchange: Exchange, clock: Clock): typeof globalThis.fetch {
  return async (input, init) => {
    const signal = init?.signal === undefined && input instanceof Request ? input.signal : (init?.signal ?? undefined);
    signal?.throwIfAborted();
    // Without the signal: a `Request` keeps a listener on it for as long as it lives.
    let request = new Request(input, { ...init, signal: null });
    for (let redirects = 0; ; redirects++) {
      const { method } = request;
      const url = new URL(request.url);
      if (url.protocol !== "https:" && url.protocol !== "http:") throw failed("unknown scheme");
      const reading = untilAborted(request.text(), signal);
      const body = await (clock.hold?.(reading) ?? reading);
      const delivery = await exchange.take({ method, url, headers: request.headers, body }, signal);
      if (delivery === undefined) throw failed("other side closed");
      if (signal?.aborted) {
        // In the very moment of the response: from here on only the body listens.
        delivery.end();
        throw signal.reason;
      }
      const location = new Headers(delivery.headers as [string, string][]).get("location");
      if (!REDIRECTS.has(delivery.status) || location === null || request.redirect === "manual") {
        return toResponse(delivery, request, redirects > 0, signal);
      }
      delivery.end();
      if (request.redirect === "error" || redirects === MAX_REDIRECTS) throw failed("unexpected redirect");
      request = redirected(request, new URL(location, url), delivery.status, body);
    }
  };
}

/** As Node's `fetch`: a TypeError that says nothing, and a cause that does. */
function failed(why: string, message = "fetch failed"): TypeError {
  return new TypeError(message, { cause: Object.assign(new Error(why), { code: "UND_ERR_SOCKET" }) });
}

/** Fetch standard, HTTP-redirect fetch: a POST becomes a GET except after 307 and 308. */
function redirected(request: Request, url: URL, status: number, body: string): Request {
  const isKept = status === 307 || status === 308 || request.method === "GET" || request.method === "HEAD";
  const method = isKept ? request.method : "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers: request.headers, redirect: request.redirect, ...(hasBody && { body }) });
}

function toResponse(
  delivery: Delivery,
  { method, url }: Request,
  isRedirected: boolean,
  signal: AbortSignal | undefined,
): Response {
  const { status } = delivery;
  const hasBody = method !== "HEAD" && !BODILESS.has(status);
  const headers = delivery.headers as [string, string][];
  const response = new Response(hasBody ? toStream(delivery, signal) : null, { status, headers });
  if (!hasBody) delivery.end();
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: isRedirected } });
}

/** The body in pieces as a network brings them. Nothing stays on the signal once it is read, cancelled or broken. */
function toStream(delivery: Delivery, signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
  const { body, isBroken, isPaused } = delivery;
  const half = isBroken || isPaused ? Math.floor(body.length / 2) : body.length;
  const gone = new AbortController();
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let sent = 0;
  let isOver = false;
  const finish = (): void => {
    isOver = true;
    signal?.removeEventListener("abort", stop);
    gone.abort();
    delivery.end();
  };
  const stop = (): void => {
    finish();
    controller.error(signal?.reason);
  };
  const push = (end: number): void => {
    const piece = body.slice(sent, Math.min(end, sent + MAX_PIECE_BYTES));
    sent += piece.length;
    controller.enqueue(piece);
  };
  // The rest comes when it comes, whether or not anybody reads.
  const rest = (isPaused ? delivery.pause(gone.signal) : Promise.resolve()).catch(() => undefined);
  void rest.then(() => delivery.end());
  return new ReadableStream<Uint8Array>({
    start(own) {
      controller = own;
      signal?.addEventListener("abort", stop, { once: true });
    },
    async pull() {
      if (sent < half) {
        push(half);
        return;
      }
      await rest;
      if (isOver) return;
      if (isBroken) {
        finish();
        controller.error(failed("other side closed", "terminated"));
        return;
      }
      if (sent < body.length) push(body.length);
      if (sent < body.length) return;
      finish();
      controller.close();
    },
    cancel: finish,
  });
}

/** The same promise, but the signal's reason if that comes first. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
  });
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
