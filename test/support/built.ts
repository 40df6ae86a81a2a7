/** Builds dist if it is missing or older than its sources. */
import { spawnSync } from "node:child_process";
import { globSync, statSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./entries.ts";

/** With the folders: a file that was removed changes its folder. */
const MADE_FROM = ["src", "src/**", "package.json", "package-lock.json", "tsconfig.json", "tsup.config.ts"];

export function ensureBuilt(): void {
  const made = Math.min(...["dist/index.d.ts", "dist/index.d.cts", "dist/THIRD-PARTY-LICENSES.txt"].map(changedAt));
  if (Math.max(...globSync(MADE_FROM, { cwd: ROOT }).map(changedAt)) < made) return;
  const tsup = path.join(ROOT, "node_modules/tsup/dist/cli-default.js");
  const { status } = spawnSync(process.execPath, [tsup, "--silent"], { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the build failed");
}

function changedAt(file: string): number {
  return statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
