/**
 * `npm run test:runtimes`: installs the runtimes, runs the suite from the built package on each of them, prints a table,
 * and then runs the tests in `checks/`. `-- --all` fails if a runtime is missing. `-- --only=Bun` runs the suite on one
 * runtime, without the checks.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { ensureBuilt } from "../support/built.ts";
import { ROOT } from "../support/entries.ts";
import { ensureInstalled } from "../support/installed.ts";
import type { Driver, Setting } from "./drivers/driver.ts";
import { DRIVERS } from "./drivers/index.ts";
import { startHost } from "./host.ts";
import { createStage } from "./stage.ts";
import type { Result } from "./suite/index.ts";

/** For one runtime; on a quiet machine each takes a few seconds. */
const LIMIT_MS = 120_000;
const GRACE_MS = 20_000;

interface Row {
  readonly name: string;
  readonly version: string;
  readonly results: readonly Result[];
  readonly seconds: number;
}

const failuresOf = ({ results }: Row): Result[] => results.filter(({ failure }) => failure !== undefined);

/** The runtime's row, or why it is absent. */
async function tryOn({ name, find }: Driver, setting: Omit<Setting, "signal">): Promise<Row | string> {
  const start = performance.now();
  const row = (version: string, results: readonly Result[]): Row => ({
    name,
    version,
    results,
    seconds: (performance.now() - start) / 1000,
  });
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    const runtime = await find();
    if (typeof runtime === "string") return `${name}: ${runtime}`;
    return row(runtime.version, await Promise.race([runtime.run({ ...setting, signal }), afterGrace()]));
  } catch (error) {
    const { stderr = "", stdout = "" } = error as { stderr?: string; stdout?: string };
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const failure = signal.aborted ? `not done after ${LIMIT_MS} ms` : [stderr, stdout, stack].join("\n").trim();
    return row("", [{ name: "the suite runs", failure }]);
  }
}

/** For a driver that can't end what it has started. */
async function afterGrace(): Promise<never> {
  await setTimeout(LIMIT_MS + GRACE_MS, undefined, { ref: false });
  throw new Error("the driver hangs");
}

function printTable(rows: readonly Row[]): void {
  const cells = [
    ["runtime", "version", "passed", "failed", "seconds"],
    ...rows.map((row) => {
      const failed = failuresOf(row).length;
      return [row.name, row.version, row.results.length - failed, failed, row.seconds.toFixed(1)].map(String);
    }),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    );
}

/** What is wrong: of the cases, of the runtimes that left some out or ran none, and with `--all` of those that are absent. */
function faultsOf(rows: readonly Row[], absent: readonly string[], needsAll: boolean): string[] {
  const failed = rows.flatMap((row) =>
    failuresOf(row).map(({ name, failure = "" }) => `${row.name}, ${name}\n${failure.replace(/^/gm, "      ")}`),
  );
  const counts = new Map(
    rows.map(({ name, results }) => [name, results.filter(({ isExtra }) => isExtra !== true).length]),
  );
  const most = Math.max(1, ...counts.values());
  // Where something failed to run at all that is said already.
  const short =
    failed.length > 0
      ? []
      : [...counts].filter(([, count]) => count < most).map(([name, count]) => `${name} ran ${count} of ${most} cases`);
  return [
    ...failed,
    ...short,
    ...(rows.length === 0 ? ["nothing was run"] : []),
    ...(needsAll ? absent.map((line) => `absent: ${line}`) : []),
  ];
}

/** Runs the tests that need more than one runtime, or a service of one. */
function runChecks(): boolean {
  const files = globSync("test/runtimes/checks/*.ts", { cwd: ROOT });
  const flags = ["--import", "./test/support/compile-cache.js", "--test", "--test-concurrency=2"];
  const { status } = spawnSync(process.execPath, [...flags, ...files], { cwd: ROOT, stdio: ["ignore", 1, 2] });
  return status === 0;
}

const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
// At once: what was started is ended on the way out.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
ensureInstalled("test/runtimes/releases");
ensureBuilt();
const stage = await createStage();
const rows: Row[] = [];
const absent: string[] = [];
try {
  const host = await startHost(stage.folder);
  try {
    for (const driver of DRIVERS.filter(({ name }) => only === undefined || name === only)) {
      const row = await tryOn(driver, { stage, hostUrl: host.url });
      if (typeof row === "string") absent.push(row);
      else rows.push(row);
    }
  } finally {
    await host.close();
  }
} finally {
  await stage.remove();
}

printTable(rows);
for (const line of absent) console.log(`absent: ${line}`);
const faults = faultsOf(rows, absent, process.argv.includes("--all"));
if (only === undefined && !runChecks()) faults.push("a test in test/runtimes/checks failed, see above");
for (const fault of faults) console.log(`\nFAIL  ${fault}`);
const passed = rows.reduce((sum, row) => sum + row.results.length - failuresOf(row).length, 0);
console.log(`${passed} passed, ${faults.length} failed`);
// Not the exit code alone: what a driver could not end would keep this process from ending.
process.exit(faults.length === 0 ? 0 : 1);
