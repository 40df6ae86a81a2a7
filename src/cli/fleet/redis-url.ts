import { connect } from "node:net";
import { UsageError } from "../exit.ts";

const DEFAULT_PORT = 6379;
const CONNECT_MS = 5000;

/** @throws {UsageError} If it is no address of a Redis. It may hold a password, so the message does not repeat it. */
export function parseRedisUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === "") {
    throw new UsageError("--redis must be an address such as redis://127.0.0.1:6379");
  }
  return url;
}

/** Rejects if nothing listens there: a client of Redis would try without end. */
export function checkReachable({ hostname, port }: URL): Promise<void> {
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) || DEFAULT_PORT, timeout: CONNECT_MS });
    const fail = (): void => {
      socket.destroy();
      reject(new Error(`No Redis responds at ${host}:${port || DEFAULT_PORT}.`));
    };
    socket.once("error", fail);
    socket.once("timeout", fail);
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
  });
}
