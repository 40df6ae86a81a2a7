/** The other end of the suite's network: simulators behind real HTTP, and the files that a browser loads. */
import { createReadStream, existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { ShareSimulator, type Injection } from "../../src/simulator/index.ts";
import { ACCOUNT, LOG_IN, READ } from "./suite/service.ts";

/** What is wrong in each world. */
const WORLDS: Readonly<Record<string, Injection | undefined>> = {
  plain: undefined,
  redirect: { operation: READ, status: 307, headers: { location: "/strays/more" } },
  dropped: { operation: READ, drop: "before-headers" },
  broken: { operation: READ, drop: "mid-body" },
  stalled: { operation: READ, delayMs: Infinity },
  "stalled-body": { operation: READ, bodyDelayMs: Infinity },
  "slow-login": { operation: LOG_IN, delayMs: 1_000, times: 1 },
  page: { operation: READ, status: 502 },
  endless: { operation: READ, body: new Uint8Array(20_000_000).fill(32) },
};

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".html": "text/html",
};

export interface Host {
  readonly url: string;
  close(): Promise<void>;
}

/** @param folder What is served below `/files/`. */
export async function startHost(folder: string): Promise<Host> {
  const simulators = new Map<string, ShareSimulator>();
  let strays = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? ""}`);
    const [, area, name = "", id = "", ...rest] = url.pathname.split("/");
    if (area === "strays") {
      if (name !== "") strays++;
      sendJson(response, strays);
    } else if (area === "files") {
      sendFile(response, path.join(folder, url.pathname.slice("/files".length)));
    } else if (area === "worlds" && name in WORLDS) {
      const simulator = simulators.get(`${name}/${id}`) ?? createSimulator(WORLDS[name]);
      simulators.set(`${name}/${id}`, simulator);
      if (rest[0] === "operations")
        sendJson(
          response,
          simulator.requests.map(({ operation }) => operation ?? "none"),
        );
      else await exchange(simulator, url, request, response);
    } else {
      response.writeHead(404).end();
    }
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createSimulator(fault: Injection | undefined): ShareSimulator {
  const simulator = new ShareSimulator({ accounts: [ACCOUNT], seed: 7 });
  if (fault !== undefined) simulator.inject(fault);
  return simulator;
}

async function exchange(
  simulator: ShareSimulator,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const headers = new Headers(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]),
  );
  const delivery = await simulator.exchange(
    { method: request.method ?? "GET", url, headers, body: await text(request) },
    gone.signal,
  );
  if (delivery === undefined) {
    request.socket.destroy();
    return;
  }
  try {
    const half = delivery.isBroken || delivery.isPaused ? delivery.body.length >> 1 : 0;
    response.writeHead(delivery.status, delivery.headers.flat()).flushHeaders();
    if (half > 0)
      await new Promise<void>((resolve) => response.write(delivery.body.subarray(0, half), () => resolve()));
    if (delivery.isPaused) await delivery.pause(gone.signal);
    if (delivery.isBroken) request.socket.destroy();
    else response.end(delivery.body.subarray(half));
  } finally {
    delivery.end();
  }
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function sendFile(response: ServerResponse, file: string): void {
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "text/plain" });
  createReadStream(file).pipe(response);
}
