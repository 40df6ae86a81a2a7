/** Starts the reading program in processes of its own, from one bundle: fifty that each strip types take a minute. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { NODE, type Runtime } from "../support/runtimes.ts";

/** A process that has not ended by then hangs. */
const PATIENCE_MS = 120_000;

/** What one reading process is to do. */
export interface ReaderTask {
  readonly username: string;
  readonly password: string;
  readonly baseUrl: string;
  readonly timeoutMs?: number;
  readonly deadlineMs?: number;
  readonly store:
    | { readonly kind: "file"; readonly directory: string }
    | { readonly kind: "redis" | "ioredis"; readonly url: string };
  /** Reads again and again, with this wait between; left out, it reads once. */
  readonly everyMs?: number;
  /** Reads once with each of these passwords instead, each time that it is told to. */
  readonly passwords?: readonly string[];
}

/** What it says at its end. */
export interface ReaderReport {
  readings: number;
  readonly failures: string[];
  readonly events: Record<string, number>;
  slowestMs: number;
}

export interface ReaderProcess {
  readonly report: Promise<ReaderReport>;
  /** Resolves when one with `passwords` has got so far that all it waits for is `go`, for the nth time. */
  ready(nth: number): Promise<void>;
  go(): void;
  /** Ends one that reads again and again, after the reading that it is at. */
  stop(): void;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

export interface ReaderProgram {
  /** @param runtime What runs it. @default Node */
  start(task: ReaderTask, runtime?: Runtime): ReaderProcess;
  /** Ends what still runs, and removes the bundle. */
  remove(): Promise<void>;
}

export async function buildReaderProgram(): Promise<ReaderProgram> {
  const folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-reader-"));
  const program = path.join(folder, "reader-program.js");
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
  await build({
    entryPoints: [path.join(import.meta.dirname, "reader-program.ts")],
    outdir: folder,
    bundle: true,
    // A process that uses files does not load a Redis client.
    splitting: true,
    platform: "node",
    format: "esm",
    // Of the two Redis clients, which are CommonJS.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    tsconfigRaw: {},
    logLevel: "silent",
  });
  const running = new Set<ReaderProcess>();
  // Without coverage: that of fifty processes takes longer to write than they run.
  const env = { ...process.env, NODE_V8_COVERAGE: undefined, DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1" };
  return {
    start(task, runtime = NODE) {
      const [file, ...args] = runtime.command(program);
      const child = spawn(file!, [...args, JSON.stringify(task)], {
        env,
        stdio: ["pipe", "pipe", "inherit"],
        timeout: PATIENCE_MS,
        killSignal: "SIGKILL",
      });
      const gone = once(child, "close");
      let printed = "";
      child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
      child.stdin.on("error", () => undefined);
      const reader: ReaderProcess = {
        report: gone.then(() => {
          running.delete(reader);
          if (!printed.endsWith("}")) throw new Error(`the process said ${printed || "nothing"}`);
          return JSON.parse(printed.split("\n").at(-1)!) as ReaderReport;
        }),
        ready: async (nth) => {
          while (printed.split("\n").length <= nth) await Promise.race([once(child.stdout, "data"), reader.report]);
        },
        go: () => void child.stdin.write("go\n"),
        stop: () => void child.stdin.write("stop\n"),
        kill: async () => {
          child.kill("SIGKILL");
          await gone;
        },
      };
      reader.report.catch(() => undefined);
      running.add(reader);
      return reader;
    },
    remove: async () => {
      await Promise.all([...running].map((reader) => reader.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
