/** What importing the package costs: whole processes that import it against processes that do nothing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { median, type Figure } from "./figure.ts";

const PAIRS = 60;
const WARM_UP_PAIRS = 5;
const AIM_MS = 3;
const DIST = path.join(import.meta.dirname, "../../dist");

/** What starting the command may cost. */
const COMMAND_LIMIT_MS = 60;
/** All is loaded and the arguments are read by the time that it finds itself without credentials and exits with 2. */
const COMMAND = `
  for (const name of Object.keys(process.env)) if (name.startsWith("DEXCOM_")) delete process.env[name];
  process.argv = [process.execPath, "dexcom-share", "current"];
  process.once("exit", (code) => { process.exitCode = code === 2 ? 0 : 1; });
  await import(${JSON.stringify(pathToFileURL(path.join(DIST, "cli.js")).href)});`;

export function measureStartups(): Figure[] {
  const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-ts-bench-"));
  const program = (name: string, code: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, code);
    return file;
  };
  try {
    return [
      compare(
        "import of dist/index.js",
        program("empty.mjs", ""),
        program("import.mjs", `import ${JSON.stringify(pathToFileURL(path.join(DIST, "index.js")).href)};`),
      ),
      compare(
        "require of dist/index.cjs",
        program("empty.cjs", ""),
        program("require.cjs", `require(${JSON.stringify(path.join(DIST, "index.cjs"))});`),
      ),
      compare("start of dexcom-share", program("empty.mjs", ""), program("command.mjs", COMMAND), COMMAND_LIMIT_MS),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(name: string, empty: string, importing: string, limitMs = AIM_MS): Figure {
  const pairs: { base: number; difference: number; ratio: number }[] = [];
  for (let i = -WARM_UP_PAIRS; i < PAIRS; i++) {
    // The order alternates, so that whatever the first of two pays falls on both alike.
    const importingFirst = i % 2 === 0;
    const first = runMs(importingFirst ? importing : empty);
    const second = runMs(importingFirst ? empty : importing);
    const [base, loaded] = importingFirst ? [second, first] : [first, second];
    if (i >= 0) pairs.push({ base, difference: loaded - base, ratio: loaded / base });
  }
  const difference = median(pairs.map((pair) => pair.difference));
  return {
    name: `${name}, over an empty process`,
    measured: difference,
    yardstick: median(pairs.map((pair) => pair.base)),
    yardstickName: "empty process",
    unit: "ms",
    ratio: median(pairs.map((pair) => pair.ratio)),
    limit: `${limitMs === AIM_MS ? "aim " : ""}${limitMs} ms more`,
    isWithin: difference <= limitMs,
  };
}

function runMs(program: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
  const elapsed = performance.now() - start;
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return elapsed;
}
