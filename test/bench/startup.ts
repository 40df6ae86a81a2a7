/** What loading the package costs: whole processes that load it against processes that do nothing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../support/entries.ts";
import { quantile, type Measured, type Measurements } from "./figure.ts";

const PAIRS = 60;
const WARM_UP_PAIRS = 5;
/** Of the runs of one kind, the share that is faster: what a busy machine adds, it adds to the others. */
const SHARE = 0.1;
const DIST = path.join(ROOT, "dist");

const urlOf = (file: string): string => JSON.stringify(pathToFileURL(path.join(DIST, file)).href);

/** All is loaded and the arguments are read by the time that it finds itself without credentials and exits with 2. */
const COMMAND = `
  for (const name of Object.keys(process.env)) if (name.startsWith("DEXCOM_")) delete process.env[name];
  process.argv = [process.execPath, "dexcom-share-ts", "current"];
  process.once("exit", (code) => { process.exitCode = code === 2 ? 0 : 1; });
  await import(${urlOf("cli.js")});`;

export function measureStartups(): Measurements {
  const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-ts-bench-"));
  const program = (name: string, code: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, code);
    return file;
  };
  try {
    const empty = { esm: program("empty.mjs", ""), cjs: program("empty.cjs", "") };
    return {
      import: compare(empty.esm, program("import.mjs", `import ${urlOf("index.js")};`)),
      require: compare(empty.cjs, program("require.cjs", `require(${JSON.stringify(path.join(DIST, "index.cjs"))});`)),
      command: compare(empty.esm, program("command.mjs", COMMAND)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(empty: string, loading: string): Measured {
  const emptyMs: number[] = [];
  const loadingMs: number[] = [];
  for (let i = -WARM_UP_PAIRS; i < PAIRS; i++) {
    // The order alternates, so that whatever the first of two pays falls on both alike.
    const loadingFirst = i % 2 === 0;
    const first = runMs(loadingFirst ? loading : empty);
    const second = runMs(loadingFirst ? empty : loading);
    if (i < 0) continue;
    emptyMs.push(loadingFirst ? second : first);
    loadingMs.push(loadingFirst ? first : second);
  }
  const beside = quantile(emptyMs, SHARE);
  const loaded = quantile(loadingMs, SHARE);
  return { figure: loaded - beside, beside, ratio: loaded / beside };
}

function runMs(program: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
  const elapsed = performance.now() - start;
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return elapsed;
}
