/**
 * `npm run mutation`: installs Stryker and runs it with `.stryker.config.js`. `-- --mutate src/glucose/trend.ts` breaks one file
 * alone.
 */
import { spawn } from "node:child_process";
import { ROOT } from "../support/entries.ts";
import { ensureInstalled, installedCommand } from "../support/installed.ts";

ensureInstalled("test/mutation");
const stryker = installedCommand("test/mutation", "stryker");
const child = spawn(process.execPath, [stryker, "run", ".stryker.config.js", ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
