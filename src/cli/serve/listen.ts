import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { toNodeHandler } from "srvx/node";
import { UsageError } from "../exit.ts";

/** A client that has not sent its headers by then is cut off. */
const HEADERS_LIMIT_MS = 10_000;
const REQUEST_LIMIT_MS = 30_000;

interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

/** A page that is served. */
export interface ServedPage {
  /** Such as `"http://127.0.0.1:8484/"`. */
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Serves a fetch handler over HTTP. @throws {UsageError} If the port or the address can't be had. */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { host, port }: ListenOptions,
): Promise<ServedPage> {
  const server = createServer(
    { headersTimeout: HEADERS_LIMIT_MS, requestTimeout: REQUEST_LIMIT_MS, connectionsCheckingInterval: 5000 },
    toNodeHandler(fetch) as RequestListener,
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) => reject(new UsageError(describe(code, { host, port }))));
    server.listen(port, host, resolve);
  });
  const { port: opened } = server.address() as AddressInfo;
  return { url: `http://${toUrlHost(host)}:${opened}/`, close: () => close(server) };
}

function describe(code: string | undefined, { host, port }: ListenOptions): string {
  if (code === "EADDRINUSE") return `Port ${port} is taken: give another one by --port.`;
  if (code === "EACCES") return `Port ${port} needs more rights: give one above 1023 by --port.`;
  return `--host: ${host} is no address of this machine (${code ?? "unknown"}).`;
}

/** An address that stands for all of them is no address to open. */
function toUrlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
