/** The canned service on loopback, in a process of its own: its work is not the client's. Ends with its parent. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { madeUpRecords, SESSION_ID } from "./canned.ts";

const session = JSON.stringify(SESSION_ID);
const bodies = new Map([1, 288].map((count) => [count, JSON.stringify(madeUpRecords(count))]));

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { maxCount } = JSON.parse(Buffer.concat(chunks).toString()) as { maxCount?: number };
    const body = request.url!.includes("/Login") ? session : (bodies.get(maxCount!) ?? "");
    response.writeHead(200, { "Content-Type": "application/json" }).end(body);
  });
});
server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());
