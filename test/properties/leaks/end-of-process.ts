/** Runs a program whose calls end in every way, and sees that nothing keeps its process alive. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import type { Runtime } from "../../support/runtimes.ts";
import { all, faultBody, final, type CannedResponse, type Step } from "../faults/fault.ts";
import { startFaultServer, type FaultServer } from "../faults/fault-server.ts";
import { FaultyService } from "../faults/faulty-service.ts";
import { READINGS } from "./readings.ts";

/** A timer that is left would keep the process for a minute. Ending a process takes seconds on a busy machine. */
const SOON_MS = 30_000;

export function describeEndOfProcess(runtimes: readonly Runtime[]): void {
  describe("a process ends by itself once its last call is done", { concurrency: true }, () => {
    let server: FaultServer;
    let home: string;
    before(async () => {
      server = await startFaultServer();
      home = await mkdtemp(path.join(tmpdir(), "leaks-"));
    });
    after(async () => {
      await server.close();
      await rm(home, { recursive: true });
    });

    const service = (step: Step, isOnce: boolean, reply: CannedResponse): string => {
      return server.add(
        new FaultyService(
          step,
          final("", all("nothing 1"), () => reply),
          isOnce,
        ),
      );
    };
    const urls = (): string[] => [
      service("read", true, { body: READINGS }),
      service("read", false, { breaks: "stalled before headers" }),
      service("authenticate", false, { status: 500, body: faultBody("AccountPasswordInvalid", "") }),
      service("read", true, { status: 500, body: faultBody("SessionNotValid", "") }),
      service("read", true, { status: 503, body: "" }),
      service("read", true, { status: 503, body: "" }),
    ];

    for (const { name, command } of runtimes) {
      test(`on ${name}`, async () => {
        const [file, ...args] = command(path.join(import.meta.dirname, "last-call.ts"));
        const child = spawn(file!, [...args, ...urls()], {
          env: { ...process.env, DENO_DIR: home, DENO_NO_UPDATE_CHECK: "1", BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" },
          stdio: ["ignore", "pipe", "inherit"],
          timeout: 180_000,
        });
        const output = text(child.stdout);
        await once(child, "exit");
        const endedAt = Date.now();
        const { doneAt, outcomes } = JSON.parse(await output) as { doneAt: number; outcomes: string[] };
        const expected = [
          "reading",
          "AccountError",
          "reading",
          "reading",
          "TimeoutError",
          "TimeoutError",
          "AbortError",
          "AbortError",
        ];
        assert.deepEqual(outcomes, expected);
        assert.ok(endedAt - doneAt < SOON_MS, `${endedAt - doneAt} ms after its last call`);
      });
    }
  });
}
