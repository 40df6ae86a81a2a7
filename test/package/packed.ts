/** Packs the package as `npm publish` would, and installs it in a folder that knows nothing of this repository. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../support/entries.ts";

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
  await cp(path.join(import.meta.dirname, "consumers"), consumer, { recursive: true });
  await cp(path.join(consumer, "types.mts"), path.join(consumer, "types.cts"));
  return {
    files: made.files.map((file) => file.path),
    consumer,
    tarball,
    folder: path.join(consumer, "node_modules/dexcom-share-ts"),
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

/** Runs a program of the consumer's and gives what it printed. */
export async function runConsumer(packed: PackedPackage, ...args: string[]): Promise<string> {
  return (await run(process.execPath, args, { cwd: packed.consumer })).stdout;
}

function npm(cwd: string, ...args: string[]): Promise<{ stdout: string }> {
  // Under `npm run` npm says where it is, which also works where `npm` is a shell script.
  const cli = process.env["npm_execpath"];
  return cli === undefined ? run("npm", args, { cwd }) : run(process.execPath, [cli, ...args], { cwd });
}
