/** The cells of the store bench: what the store does, what the service does, and which password the processes have. */
import { mkdtemp, rm, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Injection } from "../../../src/simulator/index.ts";
import type { ReaderProgram, ReaderTask } from "../../stores/reader-process.ts";
import { startRedis } from "../../stores/redis-server.ts";
import { ACCOUNT, startService } from "../../stores/service.ts";
import { startSlowProxy } from "../../stores/slow-proxy.ts";

export type Kind = "redis" | "file";
export type StoreState = "healthy" | "300 ms away" | "hanging" | "full" | "restarted";
export type ServiceState = "fast" | "8 s" | "lost responses" | "20 s";

export const STORE_STATES: readonly StoreState[] = ["healthy", "300 ms away", "hanging", "full", "restarted"];
export const SERVICE_STATES: readonly ServiceState[] = ["fast", "8 s", "lost responses", "20 s"];

export interface Cell {
  readonly kind: Kind;
  readonly store: StoreState;
  readonly service: ServiceState;
  readonly isRight: boolean;
}

export interface Outcome {
  readonly posts: number;
  /** Posts whose response was lost. */
  readonly lost: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly readings: number;
}

/** Files are neither far away nor restarted, and do not hang. */
export function isPossible({ kind, store }: Pick<Cell, "kind" | "store">): boolean {
  return kind === "redis" || store === "healthy" || store === "full";
}

/** A store that takes what it is given: there one process logs in, and no read fails. */
export function worksInCell({ store }: Cell): boolean {
  return store === "healthy" || store === "300 ms away";
}

const LOGINS = ["AuthenticatePublisherAccount", "LoginPublisherAccountById"] as const;
const INJECTIONS: Readonly<Record<ServiceState, readonly Injection[]>> = {
  fast: [],
  "8 s": LOGINS.map((operation) => ({ operation, delayMs: 8000 })),
  // The first response of each kind never comes.
  "lost responses": LOGINS.map((operation) => ({ operation, drop: "before-headers", isProcessed: true, times: 1 })),
  "20 s": LOGINS.map((operation) => ({ operation, delayMs: 20_000 })),
};

interface OpenStore {
  readonly task: ReaderTask["store"];
  /** Happens a second after the processes began. */
  disturb(): Promise<void>;
  close(): Promise<void>;
}

async function openFiles(state: StoreState): Promise<OpenStore> {
  const directory = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-bench-"));
  // Neither can be written to. A folder is full to a process if others may write to it.
  if (state === "full") await chmod(directory, 0o777);
  return {
    task: { kind: "file", directory },
    disturb: () => Promise.resolve(),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

async function openRedis(state: StoreState): Promise<OpenStore> {
  const redis = await startRedis();
  const proxy = await startSlowProxy(redis.port);
  if (state === "300 ms away") proxy.delayMs = 300;
  // Longer than any process waits; connections are made, so that each process starts.
  if (state === "hanging") proxy.delayMs = 3_600_000;
  if (state === "full") {
    const admin = new Redis(redis.url);
    await admin.config("SET", "maxmemory", "1");
    admin.disconnect();
  }
  return {
    // ioredis: it starts without a response.
    task: { kind: "ioredis", url: `redis://127.0.0.1:${proxy.port}` },
    disturb: async () => {
      if (state !== "restarted") return;
      await redis.stop();
      await wait(500);
      await redis.start();
    },
    close: async () => {
      await Promise.all([proxy.close(), redis.stop()]);
    },
  };
}

/** Lets `processes` read at once, each once. */
export async function runCell(program: ReaderProgram, cell: Cell, processes: number): Promise<Outcome> {
  const service = await startService();
  const store = await (cell.kind === "file" ? openFiles : openRedis)(cell.store);
  const { simulator } = service;
  let lost = 0;
  for (const injection of INJECTIONS[cell.service]) {
    simulator.inject({ ...injection, ...(injection.drop && { when: () => (lost++, true) }) });
  }
  try {
    const limits = cell.service === "20 s" ? { timeoutMs: 30_000, deadlineMs: 120_000 } : {};
    const passwords = [cell.isRight ? ACCOUNT.password : "wrong"];
    const task: ReaderTask = { ...ACCOUNT, ...limits, passwords, baseUrl: service.url, store: store.task };
    const readers = Array.from({ length: processes }, () => program.start(task));
    await Promise.all(readers.map((reader) => reader.ready(1)));
    for (const reader of readers) reader.go();
    await wait(1000);
    await store.disturb();
    const reports = await Promise.all(readers.map(({ report }) => report));
    const failures: Record<string, number> = {};
    for (const code of reports.flatMap((report) => report.failures)) failures[code] = (failures[code] ?? 0) + 1;
    return {
      posts: simulator.requests.filter((request) => "password" in request.arguments).length,
      lost: Math.min(lost, INJECTIONS[cell.service].filter(({ drop }) => drop).length),
      failures,
      readings: reports.reduce((sum, { readings }) => sum + readings, 0),
    };
  } finally {
    await Promise.all([store.close(), service.close()]);
  }
}
