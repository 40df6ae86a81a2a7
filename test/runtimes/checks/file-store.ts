import { mkdtemp, rm } from "node:fs/promises";
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import {
  buildReaderProgram,
  type ReaderProgram,
  type ReaderReport,
  type ReaderTask,
} from "../../stores/reader-process.ts";
import { ACCOUNT, asked, startService, type LoopbackService } from "../../stores/service.ts";
import { NODE, OTHER_RUNTIMES } from "../../support/runtimes.ts";

const RUNTIMES = [NODE, ...OTHER_RUNTIMES];

let program: ReaderProgram;
let service: LoopbackService;
let folder: string;
before(async () => {
  program = await buildReaderProgram();
  service = await startService();
  folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-store-"));
});
after(async () => {
  await program.remove();
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

describe("with sessions in files, processes of every runtime that start at once", () => {
  const startEach = (task: ReaderTask): Promise<ReaderReport[]> =>
    Promise.all(RUNTIMES.map((runtime) => program.start(task, runtime).report));
  const task = (): Omit<ReaderTask, "baseUrl"> => ({
    ...ACCOUNT,
    store: { kind: "file", directory: path.join(folder, "runtimes") },
  });

  test("make one login, and know the refusal of a wrong password from each other", async () => {
    const { simulator, url } = service;
    const reports = await startEach({ ...task(), baseUrl: url });
    assert.deepEqual(
      reports.map(({ readings, failures }) => [readings, failures]),
      RUNTIMES.map(() => [1, []]),
    );
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: RUNTIMES.length });
    const refused = await startEach({ ...task(), baseUrl: url, password: "wrong" });
    assert.deepEqual(
      refused.map(({ failures }) => failures),
      RUNTIMES.map(() => ["CREDENTIALS_REFUSED"]),
    );
    assert.deepEqual(asked(simulator), { authentications: 2, logins: 1, reads: RUNTIMES.length });
  });
});
