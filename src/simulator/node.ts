import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Delivery } from "./service/exchange.ts";
import { frontResponse } from "./service/wire/response.ts";
import type { ShareSimulator } from "./simulator.ts";
import { checkNames } from "../validate.ts";

/** A simulator that listens. */
export interface ListeningSimulator {
  /** Such as `"http://127.0.0.1:49152"`, without a slash at the end. */
  readonly url: string;
  /** Stops listening and ends every connection, so that the process can exit. */
  close(): Promise<void>;
}

/** More than any request of the service's clients: a day of posted readings has some 30 kB. */
const MAX_REQUEST_BYTES = 1_000_000;

/** Node's own 5 s make requests of slow pollers meet a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

const compress: (body: Uint8Array) => Promise<Uint8Array> = promisify(gzip);

/** Options of `listen()`. */
export interface ListenOptions {
  /** Port of 127.0.0.1. @default any that is free */
  readonly port?: number | undefined;
}

/**
 * Serves a simulator on 127.0.0.1 over plain HTTP, for clients in any language. It knows every account. If the `Host`
 * header names a host of the service, it knows only the accounts of that region.
 *
 * @throws {Error} Of `node:net`, if the port is taken.
 * @example
 * ```ts
 * import { listen } from "dexcom-share-ts/simulator/node";
 * const { url, close } = await listen(simulator, { port: 8080 });
 * // curl http://127.0.0.1:8080/ShareWebServices/Services/General/SystemUtcTime
 * await close();
 * ```
 */
export async function listen(simulator: ShareSimulator, options: ListenOptions = {}): Promise<ListeningSimulator> {
  checkNames("options", options, ["port"]);
  const { port = 0 } = options;
  const busy = new WeakSet<object>();
  const server = createServer((request, response) => {
    busy.add(request.socket);
    response.once("close", () => busy.delete(request.socket));
    respond(simulator, request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("clientError", (_error, socket) => {
    // The real front sends the response to a message that has stray bytes behind it; Node would add a 400.
    if (busy.has(socket) || !socket.writable) return;
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Loopback only: a simulator knows no secret worth keeping, and asks nobody who they are.
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // An error says that it was closed before, which is as good.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function respond(simulator: ShareSimulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const body = await readBody(request);
  const url = toUrl(request);
  if (body === undefined || url === undefined) {
    const { status, headers, body: page } = frontResponse(body === undefined ? 413 : 400, "", Date.now());
    response.writeHead(status, [...headers, ["connection", "close"]].flat()).end(page);
    return;
  }
  const delivery = await simulator.exchange(
    { method: request.method ?? "GET", url, headers: toHeaders(request), body },
    gone.signal,
  );
  if (delivery === undefined) {
    request.socket.destroy();
    return;
  }
  try {
    await send(delivery, request, response, gone.signal);
  } finally {
    delivery.end();
  }
}

/** The body as text, or `undefined` if it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  return length > MAX_REQUEST_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

function toUrl({ headers, url = "/" }: IncomingMessage): URL | undefined {
  // Joined by hand: as a reference, "//host/path" would name another host.
  const text = url.startsWith("/") ? `http://${headers.host ?? "127.0.0.1"}${url}` : url;
  return URL.canParse(text) ? new URL(text) : undefined;
}

function toHeaders({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  }
  return headers;
}

async function send(
  delivery: Delivery,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const headers = [...delivery.headers];
  const has = (name: string): boolean => headers.some(([other]) => other.toLowerCase() === name);
  let { body } = delivery;
  // As recorded: what has a length goes as it is, the rest in chunks, packed if the client takes that.
  if (!has("content-length") && !has("content-encoding") && body.length > 0 && acceptsGzip(request)) {
    body = await compress(body);
    headers.push(["content-encoding", "gzip"]);
  }
  response.writeHead(delivery.status, headers.flat());
  response.flushHeaders();
  const half = delivery.isBroken || delivery.isPaused ? Math.floor(body.length / 2) : 0;
  // HEAD has no body to break or to wait in.
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  if (half > 0) await write(response, body.subarray(0, half));
  if (delivery.isPaused) await delivery.pause(signal);
  if (delivery.isBroken) {
    request.socket.destroy();
    return;
  }
  await new Promise<void>((resolve) => {
    // "close" comes whether or not all was taken; the callback of `end` does not when the client is gone.
    response.once("close", resolve);
    response.end(body.subarray(half), resolve);
  });
}

function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.once("close", resolve);
    response.write(bytes, () => resolve());
  });
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  const accepted = String(headers["accept-encoding"] ?? "").split(",");
  return accepted.some((coding) => /^\s*(?:gzip|\*)\s*(?:$|;(?!\s*q=0(?:\.0*)?\s*$))/i.test(coding));
}
