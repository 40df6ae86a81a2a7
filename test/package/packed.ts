/** Packs the package as `npm publish` would, and installs it in a folder that knows nothing of this repository. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ENTRIES, ROOT } from "../support/entries.ts";

const run = promisify(execFile);

export interface PackedPackage {
  /** The paths in the tarball, such as `dist/index.js`. */
  readonly files: readonly string[];
  /** The folder of a consumer: its own programs, and the package in its `node_modules`. */
  readonly consumer: string;
  readonly tarball: string;
  /** The package as it stands in the consumer's `node_modules`. */
  readonly folder: string;
  remove(): Promise<void>;
}

export async function packAndInstall(): Promise<PackedPackage> {
  // The real path, because a temporary folder may be a link and resolvers report what it links to.
  const base = await realpath(await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-")));
  const consumer = path.join(base, "consumer");
  await mkdir(consumer);
  const { stdout } = await npm(ROOT, "pack", "--json", "--ignore-scripts", "--pack-destination", base);
  const [made] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  const tarball = path.join(base, made.filename);
  await writeFile(path.join(consumer, "package.json"), '{ "private": true }\n');
  // Offline: there is nothing to fetch, and if there is, that is a dependency that should not be.
  await npm(consumer, "install", "--offline", "--no-audit", "--no-fund", tarball);
  // The peer that an entry can't be loaded without. Its declarations are none of the package's.
  await symlink(path.join(ROOT, "node_modules/bullmq"), path.join(consumer, "node_modules/bullmq"));
  await cp(path.join(import.meta.dirname, "consumers"), consumer, { recursive: true });
  // The declarations of every entry are compiled, also of those that the program does not use.
  const all = ENTRIES.map(({ specifier }, index) => `export type * as entry${index} from "${specifier}";\n`);
  await appendFile(path.join(consumer, "types.mts"), all.join(""));
  await cp(path.join(consumer, "types.mts"), path.join(consumer, "types.cts"));
  return {
    files: made.files.map((file) => file.path),
    consumer,
    tarball,
    folder: path.join(consumer, "node_modules/dexcom-share-ts"),
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

/** Packs a clone without dist: the package's scripts must build what is missing. */
export async function checkFreshClone({ files }: PackedPackage): Promise<void> {
  await inClone(async (clone) => {
    await symlink(path.join(ROOT, "node_modules"), path.join(clone, "node_modules"));
    const { stdout } = await npm(clone, "pack", "--json", "--pack-destination", path.dirname(clone));
    const [made] = JSON.parse(stdout.slice(stdout.indexOf("["))) as [{ files: { path: string }[] }];
    assertSameFiles(
      made.files.map((file) => file.path),
      files,
    );
  });
}

/** Installs from a git repository. npm clones it, installs what it is built with, and runs `prepare`. */
export async function checkGitInstall({ files }: PackedPackage): Promise<void> {
  await inClone(async (clone) => {
    const author = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"];
    await run("git", ["init", "--quiet"], { cwd: clone });
    await run("git", ["add", "--all"], { cwd: clone });
    await run("git", [...author, "commit", "--quiet", "--no-verify", "--message", "All"], { cwd: clone });
    const consumer = path.join(path.dirname(clone), "consumer");
    await mkdir(consumer);
    await writeFile(path.join(consumer, "package.json"), '{ "private": true }\n');
    await npm(consumer, "install", "--prefer-offline", "--no-audit", "--no-fund", `git+file://${clone}`);
    const folder = path.join(consumer, "node_modules/dexcom-share-ts");
    const installed = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = installed
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)).replaceAll(path.sep, "/"));
    assertSameFiles(paths, files);
  });
}

/** Calls back with a clone that has neither dist nor packages, made of the working tree. */
async function inClone(work: (clone: string) => Promise<void>): Promise<void> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-clone-")));
  try {
    const clone = path.join(base, "clone");
    const { stdout: tracked } = await run("git", ["ls-files", "-z"], { cwd: ROOT });
    for (const file of tracked.split("\0").filter(Boolean)) {
      // A file that was deleted and not committed yet is missing.
      await cp(path.join(ROOT, file), path.join(clone, file)).catch(() => undefined);
    }
    await work(clone);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

function assertSameFiles(paths: readonly string[], expected: readonly string[]): void {
  // The folder is part of the hashes in the names of chunks.
  const unhashed = (file: string): string => file.replace(/-[\w-]{8}\./, "-HASH.");
  assert.deepEqual(paths.map(unhashed).toSorted(), expected.map(unhashed).toSorted());
}

/** Runs a program of the consumer's and gives what it printed. */
export async function runConsumer(packed: PackedPackage, ...args: string[]): Promise<string> {
  return (await run(process.execPath, args, { cwd: packed.consumer })).stdout;
}

function npm(cwd: string, ...args: string[]): Promise<{ stdout: string }> {
  // Under `npm run` npm says where it is, which also works if `npm` is a shell script.
  const cli = process.env["npm_execpath"];
  return cli === undefined ? run("npm", args, { cwd }) : run(process.execPath, [cli, ...args], { cwd });
}
