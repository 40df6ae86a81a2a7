/** A process that reads: what a script, a fleet's worker or a cron job is to the service and to the store. */
import { once } from "node:events";
import { FileSessionStore } from "../../src/stores/file.ts";
import { Dexcom, DexcomError, type DexcomEvent } from "../../src/index.ts";
import type { SessionStore } from "../../src/session/session-store.ts";
import type { ReaderReport, ReaderTask } from "./reader-process.ts";

const task = JSON.parse(process.argv[2]!) as ReaderTask;
const report: ReaderReport = { readings: 0, failures: [], events: {}, slowestMs: 0 };

const { store, close } = await openStore();
const onEvent = (event: DexcomEvent): void => {
  const name = event.type === "cache-failure" ? `cache-failure ${event.method}` : event.type;
  report.events[name] = (report.events[name] ?? 0) + 1;
};
const { username, baseUrl, timeoutMs, deadlineMs, everyMs, passwords } = task;
const open = (password: string): Dexcom =>
  new Dexcom({ username, password, baseUrl, timeoutMs, deadlineMs, cache: store, onEvent });

// Its stdin is not looked at by one that reads once: Deno ends no process that has begun to.
if (passwords) {
  for (const password of passwords) {
    process.stdout.write("ready\n");
    await once(process.stdin, "data");
    await read(open(password));
  }
  process.stdin.destroy();
} else if (everyMs === undefined) {
  await read(open(task.password));
} else {
  const stop = new AbortController();
  process.stdin.on("data", () => stop.abort());
  const dexcom = open(task.password);
  while (!stop.signal.aborted) {
    await read(dexcom);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  process.stdin.destroy();
}
process.stdout.write(JSON.stringify(report));
close();

async function read(dexcom: Dexcom): Promise<void> {
  const start = performance.now();
  try {
    if (await dexcom.getLatestGlucoseReading()) report.readings++;
  } catch (error) {
    report.failures.push(error instanceof DexcomError ? error.code : String(error));
  }
  report.slowestMs = Math.max(report.slowestMs, Math.round(performance.now() - start));
}

async function openStore(): Promise<{ store: SessionStore; close: () => void }> {
  if (task.store.kind === "file")
    return { store: new FileSessionStore({ directory: task.store.directory }), close: () => undefined };
  const { url } = task.store;
  const { RedisSessionStore } = await import("../../src/stores/redis.ts");
  if (task.store.kind === "ioredis") {
    const { Redis } = (await import("ioredis")).default;
    const client = new Redis(url);
    client.on("error", () => undefined);
    return { store: new RedisSessionStore(client), close: () => client.disconnect() };
  }
  const { createClient } = (await import("redis")).default;
  const client = createClient({ url });
  client.on("error", () => undefined);
  await client.connect();
  return { store: new RedisSessionStore(client), close: () => client.destroy() };
}
