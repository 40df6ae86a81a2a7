/** Checks the package as its users get it: packed, installed, compiled against, run. Prints a line for each check. */
import assert from "node:assert/strict";
import { checkFiles, checkLicences, checkManifest, checkNothingTwice, checkReach, checkSourceMaps } from "./contents.ts";
import { packAndInstall, runConsumer } from "./packed.ts";
import { checkTypes, PLATFORMS, RESOLUTIONS } from "./types.ts";

type Check = readonly [name: string, check: () => void | Promise<void>];

const packed = await packAndInstall();

const keysOf = <T extends object>(table: T): (keyof T & string)[] => Object.keys(table) as (keyof T & string)[];

const CHECKS: readonly Check[] = [
  ["holds the built files, README, LICENSE, CHANGELOG, and nothing else", () => { checkFiles(packed); }],
  ["has no dependency but optional ones, and every path in package.json is there", () => checkManifest(packed)],
  ["has the licence of every package whose code is in it", () => checkLicences(packed)],
  ["has source maps that carry what they name", () => checkSourceMaps(packed)],
  ["holds each module once a format, so that its classes are the same in every subpath", () => checkNothingTwice(packed)],
  ...["index", "redis", "simulator", "store"].flatMap((entry) =>
    [`dist/${entry}.js`, `dist/${entry}.cjs`].map(
      (file): Check => [`needs nothing of Node's in ${file}`, () => checkReach(packed, file)],
    ),
  ),
  ["works for an ESM consumer", () => checkConsumer("esm.mjs")],
  ["works for a CommonJS consumer", () => checkConsumer("cjs.cjs")],
  ["brings the command, which runs as it is installed", () => checkCommand()],
  ["shows its own source lines in a stack, in ESM", () => checkStack('await import("dexcom-share-ts")')],
  ["shows its own source lines in a stack, in CommonJS", () => checkStack('require("dexcom-share-ts")')],
  ...keysOf(RESOLUTIONS).flatMap((resolution) =>
    keysOf(PLATFORMS).map(
      (platform): Check => [`has types under ${resolution}, ${platform} only`, () => { checkTypes(packed, resolution, platform); }],
    ),
  ),
];

async function checkConsumer(program: string): Promise<void> {
  const printed = await runConsumer(packed, program);
  assert.match(printed, /^\d{2,3} mg\/dL\n$/, `${program} printed ${JSON.stringify(printed)} where a glucose value was due`);
}

async function checkCommand(): Promise<void> {
  const picture = await runConsumer(packed, "node_modules/.bin/dexcom-share", "chart", "--simulate");
  assert.match(picture, / (mg\/dL|mg\/dL\)) .*last 24 h\n(.*\n){19}$/, `dexcom-share printed ${JSON.stringify(picture)} where a picture was due`);
}

async function checkStack(imported: string): Promise<void> {
  const program = `(async () => { const { Dexcom } = ${imported}; try { new Dexcom({}); } catch (error) { console.log(error.stack); } })()`;
  const stack = await runConsumer(packed, "--enable-source-maps", "--eval", program);
  assert.match(stack, /src[\\/][\w\\/-]+\.ts:\d+/, `no line of src in the stack:\n${stack}`);
}

let failed = 0;
try {
  for (const [name, check] of CHECKS) {
    try {
      await check();
      console.log(`ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n${String(error instanceof Error ? error.message : error).replace(/^/gm, "      ")}`);
    }
  }
} finally {
  await packed.remove();
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
