import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { startFaultServer, type FaultServer } from "./faults/fault-server.ts";
import { FaultyService, PASSWORD, SESSION_PREFIX } from "./faults/faulty-service.ts";
import { REAL, SCRIPTED } from "./secrecy/cases.ts";
import { findSecret } from "./secrecy/needles.ts";
import type { Report } from "./secrecy/probe.ts";
import { showings } from "./secrecy/showings.ts";
import { RUNTIMES } from "../support/runtimes.ts";

const PROBE = path.join(import.meta.dirname, "secrecy/probe.ts");

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

  for (const { name, command } of RUNTIMES) {
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
      assert.equal(findSecret(stderr), undefined);
      assert.equal(report.walks, SCRIPTED.length + REAL.length);
      assert.ok(report.errors > report.walks / 2 && stderr.length > 100_000, JSON.stringify(report));
    });
  }
});

describe("the search for secrets", () => {
  const wrapped = (cause: unknown): Error => new Error("fetch failed", { cause });
  const hidden = Object.defineProperty(new Error("fetch failed"), "request", {
    value: { body: PASSWORD },
    enumerable: false,
  });
  class Holder {
    get door(): string {
      return PASSWORD;
    }
  }
  const places: readonly [string, unknown][] = [
    ["a message", new Error(`refused: ${PASSWORD}`)],
    ["a cause of a cause", wrapped(wrapped(new Error(PASSWORD)))],
    ["a hidden property", hidden],
    ["an accessor", new Holder()],
    ["a name", Object.assign(new Error(""), { name: PASSWORD })],
    ["a symbol's property", { [Symbol("secret")]: [{ id: `${SESSION_PREFIX}-0000-0000-0000-000000000001` }] }],
    ["a map", new Map([["session", { id: `${SESSION_PREFIX}-0000-0000-0000-000000000001` }]])],
    ["capitals", `${SESSION_PREFIX.toUpperCase()}-0000`],
    ["a URL", new URL(`https://example.com/?password=${encodeURIComponent(PASSWORD)}`)],
    ["JSON within JSON", JSON.stringify({ body: JSON.stringify({ password: PASSWORD }) })],
    ["base64", btoa(`${SESSION_PREFIX}-0000-0000-0000-000000000001`)],
  ];
  for (const [place, value] of places) {
    test(`finds one in ${place}`, () => {
      assert.ok([...showings(value)].some((text) => findSecret(text) !== undefined));
    });
  }

  test("finds none where there is none", () => {
    const texts = [
      ...showings(
        Object.assign(new Error("No answer from the service"), {
          status: 500,
          traceId: "99999999-9999-9999-9999-999999999999",
        }),
      ),
    ];
    assert.ok(texts.length > 10);
    assert.deepEqual(
      texts.filter((text) => findSecret(text) !== undefined),
      [],
    );
  });
});
