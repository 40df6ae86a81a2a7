/** Packages that only some commands need: each command installs its own, so that a fresh clone stays small. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { ROOT } from "./entries.ts";

/** Folder with a package.json and a lock file of its own. */
export type PackageFolder = "test/runtimes/releases" | "test/mutation" | "test/docs";

/** Runs `npm ci` in the folder, unless what its lock file names is installed already. */
export function ensureInstalled(folder: PackageFolder): void {
  const lock = path.join(ROOT, folder, "package-lock.json");
  // A copy of the lock file, made after a complete installation.
  const installed = path.join(ROOT, folder, "node_modules/.installed-lock.json");
  if (existsSync(installed) && readFileSync(installed, "utf8") === readFileSync(lock, "utf8")) return;
  const args = ["ci", "--no-audit", "--no-fund", "--prefix", path.join(ROOT, folder)];
  // Under `npm run` npm says where it is, which also works if `npm` is a shell script.
  const cli = process.env["npm_execpath"];
  const command = cli === undefined ? "npm" : process.execPath;
  const { status } = spawnSync(command, cli === undefined ? args : [cli, ...args], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error(`npm ci failed in ${folder}`);
  copyFileSync(lock, installed);
}

/** Path of an installed command. */
export function installedCommand(folder: PackageFolder, name: string): string {
  return path.join(ROOT, folder, "node_modules/.bin", name);
}

/** Loads an installed package. Its own types may be absent, so the caller says what it uses. */
export function loadInstalled(folder: PackageFolder, name: string): unknown {
  return createRequire(path.join(ROOT, folder, "package.json"))(name);
}
