import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CannedResponse } from "./fault.ts";
import type { FaultyService } from "./faulty-service.ts";

const CHUNK: Uint8Array = new Uint8Array(65_536).fill(0x20);

/** What plays faults on sockets, to many clients at once: each is told apart by the path under which it asks. */
export interface FaultServer {
  /** Adds a service, and returns its base URL. */
  add(service: FaultyService): string;
  /** A base URL at which nothing listens. */
  readonly closedUrl: string;
  /** Requests that came to the other origin. */
  readonly elsewhere: number;
  /** Bytes of the longest body that a client took. */
  readonly longest: number;
  close(): Promise<void>;
}

export async function startFaultServer(): Promise<FaultServer> {
  const services: FaultyService[] = [];
  const seen = { elsewhere: 0, longest: 0 };
  const other = createServer((_request, response) => {
    seen.elsewhere++;
    response.end('"5e551000-1111-1111-1111-111111111111"');
  });
  const elsewhere = await listen(other);
  const closed = createServer();
  const closedUrl = await listen(closed);
  await close(closed);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    request.on("end", () => {
      const path = request.url ?? "";
      const service = services[Number(path.split("/")[1])]!;
      const canned = service.respond(path, { text: Buffer.concat(chunks).toString(), now: Date.now(), elsewhere });
      void play(canned, response, service.onStall).then((bytes) => (seen.longest = Math.max(seen.longest, bytes)));
    });
  });
  const url = await listen(server);
  return {
    add: (service) => `${url}/${services.push(service) - 1}`,
    closedUrl,
    get elsewhere() {
      return seen.elsewhere;
    },
    get longest() {
      return seen.longest;
    },
    close: async () => {
      await Promise.all([close(server), close(other)]);
    },
  };
}

/** Gives the bytes of the body that got away. */
async function play(
  { status = 200, headers, body = "", padding = 0, breaks }: CannedResponse,
  response: ServerResponse,
  onStall: FaultyService["onStall"],
): Promise<number> {
  const { socket } = response;
  if (breaks === "stalled before headers") {
    onStall?.();
    return 0;
  }
  if (breaks === "reset before headers" || breaks === "refused") {
    socket?.resetAndDestroy();
    return 0;
  }
  // The clock of a service that is wrong is told in `headers`; Node's own date would stand beside it.
  response.sendDate = headers?.["date"] === undefined;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  if (breaks !== undefined) {
    response.write(body.slice(0, body.length / 2), breaks === "stalled mid-body" ? onStall : undefined);
    if (breaks === "stalled mid-body") return 0;
    // What was written must get there first.
    await sleep(20);
    socket?.resetAndDestroy();
    return 0;
  }
  let bytes = 0;
  for (; bytes < padding && !response.destroyed; bytes += CHUNK.length) {
    if (!response.write(CHUNK)) await drained(response);
  }
  response.end(body);
  return bytes;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
