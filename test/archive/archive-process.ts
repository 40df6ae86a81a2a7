/** Starts processes that use one archive, from one bundle. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { build } from "esbuild";
import { BATCH, type ArchiveTask } from "./tasks.ts";

export interface ArchiveProgram {
  /** A folder for the files, which goes with the program. */
  readonly folder: string;
  /** Runs a `"try"` to its end. `prefix` is a command that runs it, and `uid` its user. */
  tryOnce(task: ArchiveTask, how?: { readonly prefix?: readonly string[]; readonly uid?: number }): Promise<unknown>;
  /** Runs two writers of the same readings, kills both in the middle, and returns the minutes that were acknowledged. */
  killTwoWriters(place: Omit<ArchiveTask, "what">, afterMs: number): Promise<number[]>;
  remove(): Promise<void>;
}

/** Bundles `sqlite-program.ts` or `redis-program.ts`. */
export async function buildArchiveProgram(kind: "sqlite" | "redis"): Promise<ArchiveProgram> {
  const folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-archive-"));
  await chmod(folder, 0o755);
  const program = path.join(folder, `${kind}-program.js`);
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
  await build({
    entryPoints: [path.join(import.meta.dirname, `${kind}-program.ts`)],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    // The client of Redis is CommonJS.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    tsconfigRaw: {},
    logLevel: "silent",
  });
  const running = new Set<ChildProcess>();
  const start = (
    task: ArchiveTask,
    { prefix = [] as readonly string[], uid = undefined as number | undefined } = {},
  ) => {
    const [file, ...args] = [...prefix, process.execPath, program, JSON.stringify(task)];
    const env = { ...process.env, NODE_V8_COVERAGE: undefined };
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"], env, ...(uid !== undefined && { uid }) });
    running.add(child);
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const gone = once(child, "close").then(() => running.delete(child));
    return { child, gone, printed: () => printed };
  };
  return {
    folder,
    async tryOnce(task, how) {
      const { gone, printed } = start(task, how);
      await gone;
      return JSON.parse(printed());
    },
    async killTwoWriters(place, afterMs) {
      const writers = [0, 9000].map((lateMs) => start({ ...place, what: "write", lateMs }));
      await Promise.all(writers.map(({ child }) => once(child.stdout, "data")));
      await setTimeout(afterMs);
      for (const { child } of writers) child.kill("SIGKILL");
      await Promise.all(writers.map(({ gone }) => gone));
      // The last line may be half of one.
      const acknowledged = writers.flatMap(({ printed }) => printed().split("\n").slice(0, -1).map(Number));
      return [...new Set(acknowledged.flatMap((minute) => Array.from({ length: BATCH }, (_, i) => minute + i)))];
    },
    async remove() {
      for (const child of running) child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
