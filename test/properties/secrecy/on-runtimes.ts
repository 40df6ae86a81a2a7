/** Runs the secrecy probe on runtimes and reads all that they print. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { Runtime } from "../../support/runtimes.ts";
import { startFaultServer, type FaultServer } from "../faults/fault-server.ts";
import { FaultyService } from "../faults/faulty-service.ts";
import { REAL, SCRIPTED, SECRETS } from "./cases.ts";
import type { Report } from "./probe.ts";

const PROBE = path.join(import.meta.dirname, "probe.ts");

export function describeSecrecy(runtimes: readonly Runtime[]): void {
  describe("password and session id show nowhere, whatever fails", { concurrency: true }, () => {
    let server: FaultServer;
    let home: string;
    before(async () => {
      server = await startFaultServer();
      home = await mkdtemp(path.join(tmpdir(), "secrecy-"));
    });
    after(async () => {
      await server.close();
      await rm(home, { recursive: true });
    });

    for (const { name, command } of runtimes) {
      test(`on ${name}`, async () => {
        const bases = REAL.map(({ step, fault, isOnce }) => server.add(new FaultyService(step, fault, isOnce)));
        // The child counts its cases from 0.
        const first = Number(bases[0]!.split("/").pop());
        const base = bases[0]!.slice(0, bases[0]!.lastIndexOf("/"));
        const [file, ...args] = command(PROBE);
        const { stdout, stderr } = await promisify(execFile)(file!, [...args, base, server.closedUrl, String(first)], {
          env: { ...process.env, DENO_DIR: home, DENO_NO_UPDATE_CHECK: "1", BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" },
          maxBuffer: 2 ** 26,
          timeout: 110_000,
        });
        const report = JSON.parse(stdout) as Report;
        assert.deepEqual(report.leaks, []);
        assert.equal(SECRETS.find(stderr), undefined);
        assert.equal(report.walks, SCRIPTED.length + REAL.length);
        assert.ok(report.errors > report.walks / 2 && stderr.length > 100_000, JSON.stringify(report));
      });
    }
  });
}
