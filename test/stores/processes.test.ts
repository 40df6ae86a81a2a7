import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { buildReaderProgram, type ReaderProgram, type ReaderReport, type ReaderTask } from "./reader-process.ts";
import { noRedis, startRedis, type RedisServer } from "./redis-server.ts";
import { ACCOUNT, asked, startService, type LoopbackService } from "./service.ts";

const PROCESSES = 50;

let program: ReaderProgram;
let redis: RedisServer | undefined;
let folder: string;
before(async () => {
  program = await buildReaderProgram();
  folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-store-"));
  if (noRedis === false) redis = await startRedis();
});
after(async () => {
  await program.remove();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An empty store: the server's address differs from test to test, so that no entry is another's. */
const STORES: readonly { name: string; skip: string | false; store: () => ReaderTask["store"] }[] = [
  { name: "files", skip: false, store: () => ({ kind: "file", directory: path.join(folder, "sessions") }) },
  { name: "Redis through node-redis", skip: noRedis, store: () => ({ kind: "redis", url: redis!.url }) },
  { name: "Redis through ioredis", skip: noRedis, store: () => ({ kind: "ioredis", url: redis!.url }) },
];

async function withService(work: (service: LoopbackService) => Promise<void>): Promise<void> {
  const service = await startService();
  try {
    await work(service);
  } finally {
    await service.close();
  }
}

function startMany(count: number, task: ReaderTask): Promise<ReaderReport[]> {
  return Promise.all(Array.from({ length: count }, () => program.start(task).report));
}

const slowest = (reports: readonly ReaderReport[]): number => Math.max(...reports.map(({ slowestMs }) => slowestMs));

/** On a machine that has other work fifty processes at once take longer than a user would wait. */
const PATIENT = { timeoutMs: 90_000, deadlineMs: 90_000 };

/** The two clients of Redis at once: to each other they are processes as any. */
const SHARED: readonly { name: string; skip: string | false; stores: () => ReaderTask["store"][] }[] = [
  { name: "files", skip: false, stores: () => [STORES[0]!.store()] },
  {
    name: "Redis through node-redis and ioredis",
    skip: noRedis,
    stores: () => [STORES[1]!.store(), STORES[2]!.store()],
  },
];
for (const { name, skip, stores } of SHARED) {
  test(
    `with sessions in ${name}, fifty processes that begin at once post a wrong password once, and with the right one make one login`,
    { skip },
    async (t) => {
      await withService(async ({ simulator, url }) => {
        const places = stores();
        const passwords = ["wrong", ACCOUNT.password];
        const readers = Array.from({ length: PROCESSES }, (_, index) =>
          program.start({ ...ACCOUNT, ...PATIENT, passwords, baseUrl: url, store: places[index % places.length]! }),
        );
        const begin = async (nth: number): Promise<void> => {
          // They start within seconds of each other; what is wanted is that nobody is first.
          await Promise.all(readers.map((reader) => reader.ready(nth)));
          for (const reader of readers) reader.go();
        };
        await begin(1);
        await Promise.all(readers.map((reader) => reader.ready(2)));
        const posts = simulator.requests.map(({ operation }) => operation);
        await begin(2);
        const reports = await Promise.all(readers.map(({ report }) => report));
        const { authentications, logins, reads } = asked(simulator, posts.length);
        t.diagnostic(
          `wrong password: ${posts.length} post; right one: ${authentications} authentication, ${logins} login, ${reads} reads`,
        );
        t.diagnostic(`the slowest after ${slowest(reports)} ms`);
        assert.deepEqual(
          reports.map(({ readings, failures }) => [readings, failures]),
          Array(PROCESSES).fill([1, ["CREDENTIALS_REFUSED"]]),
        );
        assert.deepEqual(posts, ["AuthenticatePublisherAccount"]);
        assert.deepEqual({ authentications, logins, reads }, { authentications: 1, logins: 1, reads: PROCESSES });
      });
    },
  );
}

// Of all stores at once, because it is a matter of waiting.
describe(
  "a process that is killed while it logs in holds up the others for the time of its lock",
  { concurrency: true },
  () => {
    for (const { name, skip, store } of STORES) {
      test(`with sessions in ${name}`, { skip }, async (t) => {
        await withService(async ({ simulator, url }) => {
          // The lock expires after 10 s. Whoever waits for it has two thirds of the deadline.
          const task: ReaderTask = { ...ACCOUNT, baseUrl: url, store: store(), deadlineMs: 60_000 };
          simulator.inject({ operation: "LoginPublisherAccountById", delayMs: 60_000, times: 1 });
          const holder = program.start(task);
          while (asked(simulator).logins === 0) await wait(10);
          const others = startMany(4, task);
          await holder.kill();
          const killedAt = performance.now();
          const reports = await others;
          t.diagnostic(`the others were done ${Math.round(performance.now() - killedAt)} ms after the kill`);
          assert.deepEqual(
            reports.map((report) => [report.readings, report.failures]),
            Array(4).fill([1, []]),
          );
          assert.equal(asked(simulator).logins, 2);
        });
      });
    }
  },
);
