/** The runtimes that run a program: Node in each supported release, Bun, Deno. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { installedCommand } from "../../support/installed.ts";
import type { Result } from "../suite/index.ts";
import type { Driver, Runtime, Setting } from "./driver.ts";

const execute = promisify(execFile);

/** Folder with the releases of Node that are not the repository's own. */
const RELEASES = path.join(import.meta.dirname, "../releases/node_modules");

const bin = (name: string): string => installedCommand("test/runtimes/releases", name);

const ABSENT = "npm ci --prefix test/runtimes/releases brings it";

function node(release: string): Driver {
  const isOwn = process.versions.node.startsWith(`${release}.`);
  const command = isOwn ? process.execPath : path.join(RELEASES, `node-${release}/bin/node`);
  return {
    name: `Node ${release}`,
    find: () => findProgram(command, ABSENT),
  };
}

const DENO_FLAGS = ["run", "--no-lock", "--cached-only", "--no-prompt", "--node-modules-dir=manual"];

/** The packed package's other users: of both kinds of module, and of the entries that need Node's builtins. */
const CONSUMERS = ["esm.mjs", "cjs.cjs"];

/** Of Node, the releases that package.json's `engines` allows and that are maintained. */
export const PROGRAMS: readonly Driver[] = [
  node("22"),
  node("24"),
  node("26"),
  { name: "Bun", find: () => findProgram(bin("bun"), ABSENT, ["--no-install"]) },
  {
    name: "Deno",
    // The suite with leave to reach loopback and for nothing else.
    find: () =>
      findProgram(bin("deno"), ABSENT, [...DENO_FLAGS, "--allow-net=127.0.0.1"], [...DENO_FLAGS, "--allow-all"]),
  },
];

/** @param consumerFlags for programs that also use files. */
async function findProgram(
  command: string,
  remedy: string,
  flags: readonly string[] = [],
  consumerFlags = flags,
): Promise<Runtime | string> {
  if (!existsSync(command)) return remedy;
  return {
    version: await versionOf(command),
    async run(setting) {
      const results = JSON.parse(
        await runProgram(setting, command, [...flags, "program.mjs", setting.hostUrl]),
      ) as Result[];
      for (const file of CONSUMERS)
        results.push(await consume(file, () => runProgram(setting, command, [...consumerFlags, file])));
      return results;
    },
  };
}

/** It prints a reading when all is well. */
async function consume(file: string, run: () => Promise<string>): Promise<Result> {
  const failure = await run().then(
    (printed) => (/^\d+ mg\/dL$/.test(printed.trim()) ? undefined : `printed ${printed}`),
    (error: unknown) => String(error),
  );
  return { name: `package: it works for ${file}`, isExtra: true, ...(failure !== undefined && { failure }) };
}

/** What it says of itself, such as `24.21.0`. */
export async function versionOf(command: string): Promise<string> {
  const { stdout } = await execute(command, ["--version"], { timeout: 20_000, killSignal: "SIGKILL" });
  return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim();
}

async function runProgram({ stage, signal }: Setting, command: string, args: readonly string[]): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-home-"));
  try {
    const { stdout } = await execute(command, args, {
      cwd: stage.folder,
      // Nothing of this machine's: no credentials, no proxies, no settings, no update checks.
      env: {
        PATH: process.env["PATH"],
        HOME: home,
        TMPDIR: home,
        DENO_DIR: home,
        DENO_NO_UPDATE_CHECK: "1",
        DO_NOT_TRACK: "1",
      },
      signal,
      killSignal: "SIGKILL",
    });
    return stdout;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
