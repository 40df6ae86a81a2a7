import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { AccountOptions } from "../../src/simulator/index.ts";
import { ACCOUNT_ID, NAME, PASSWORD } from "./raw-client.ts";

export const account: AccountOptions = { username: NAME, password: PASSWORD, accountId: ACCOUNT_ID };
export const SERVICES = "/ShareWebServices/Services";

/** Sends bytes over a plain socket and gives all that comes back until the service closes. */
export async function raw(url: string, ...parts: string[]): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  const whole = text(socket);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  for (const part of parts) socket.write(part);
  return whole;
}

/** A request head as someone else's client writes it; the service is asked to close afterwards. */
export function head(method: string, path: string, ...headers: string[]): string {
  return [`${method} ${SERVICES}/${path} HTTP/1.1`, "Host: 127.0.0.1", "Connection: close", ...headers, "", ""].join(
    "\r\n",
  );
}
