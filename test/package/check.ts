/** Checks the package as its users get it: packed, installed, compiled against, run. Prints a line for each check. */
import assert from "node:assert/strict";
import { ensureBuilt } from "../support/built.ts";
import { ENTRIES } from "../support/entries.ts";
import { checkCitations } from "./citations.ts";
import {
  checkFewFiles,
  checkFiles,
  checkLicences,
  checkManifest,
  checkNothingTwice,
  checkReach,
  checkSourceMaps,
  checkTarballSize,
  checkTypesVersions,
} from "./contents.ts";
import { checkBothKinds, checkBudget, checkShaking, SHAKEN } from "./imports.ts";
import { checkFreshClone, checkGitInstall, packAndInstall, runConsumer } from "./packed.ts";
import { checkFloors, checkNoCycle } from "./rooms.ts";
import { checkAreTheTypesWrong, checkKnip, checkPublint } from "./tools.ts";
import { checkTypes, PLATFORMS, RESOLUTIONS } from "./types.ts";

/** A check throws what is wrong; it may return something worth showing. */
type Check = readonly [name: string, check: () => unknown];

ensureBuilt();
const packed = await packAndInstall();

const keysOf = <T extends object>(table: T): (keyof T & string)[] => Object.keys(table) as (keyof T & string)[];

const CHECKS: readonly Check[] = [
  ["holds the built files, README, guides, LICENSE, CHANGELOG, and nothing else", () => checkFiles(packed)],
  ["has no link and no citation that leads nowhere", () => checkCitations(packed)],
  ["has no dependency but optional ones, and every path in package.json is there", () => checkManifest(packed)],
  ["tells older resolvers where the subpaths' types are", () => checkTypesVersions(packed)],
  ["has the licence of every package whose code is in it", () => checkLicences(packed)],
  ["has source maps that name existing sources and do not carry them", () => checkSourceMaps(packed)],
  ["keeps to the size of the tarball", () => checkTarballSize(packed)],
  ["is packed whole by npm pack in a fresh clone", () => checkFreshClone(packed)],
  ["is installed whole from a git repository", () => checkGitInstall(packed)],
  [
    "holds each module once a format, so that its classes are the same in every subpath",
    () => checkNothingTwice(packed),
  ],
  ...["dist/index.js", "dist/index.cjs"].map((file): Check => [
    `loads two files for ${file}`,
    () => checkFewFiles(packed, file),
  ]),
  ["has nothing that publint objects to, strictly", () => checkPublint(packed)],
  ["has nothing that Are the types wrong? objects to, strictly", () => checkAreTheTypesWrong(packed)],
  ["has no file, export or package that nothing uses (knip)", checkKnip],
  ["has no import cycle in src", checkNoCycle],
  ["has no import from a higher floor in src", checkFloors],
  ...ENTRIES.filter(({ runsOn }) => runsOn === "everywhere").flatMap(({ files }) =>
    [files.esm, files.cjs].map((file): Check => [`needs nothing of Node's in ${file}`, () => checkReach(packed, file)]),
  ),
  ...ENTRIES.flatMap((entry): Check[] => [
    [`gives the same names to import and require of ${entry.specifier}`, () => checkBothKinds(packed, entry)],
    [`keeps to the size of ${entry.specifier}`, () => checkBudget(packed, entry)],
  ]),
  ...SHAKEN.map((row): Check => {
    const name = `leaves ${row.from.join(", ") || "nothing"} in the bundle after importing ${row.name ?? "nothing"} from ${row.specifier}`;
    return [name, () => checkShaking(packed, row)];
  }),
  ["works for an ESM consumer", () => checkConsumer("esm.mjs")],
  ["works for a CommonJS consumer", () => checkConsumer("cjs.cjs")],
  ["brings the command, which runs as it is installed", () => checkCommand()],
  ["shows its own source lines in a stack, in ESM", () => checkStack('await import("dexcom-share-ts")')],
  ["shows its own source lines in a stack, in CommonJS", () => checkStack('require("dexcom-share-ts")')],
  ...keysOf(RESOLUTIONS).flatMap((resolution) =>
    keysOf(PLATFORMS).map((platform): Check => [
      `has types under ${resolution}, ${platform} only`,
      () => checkTypes(packed, resolution, platform),
    ]),
  ),
];

async function checkConsumer(program: string): Promise<void> {
  const printed = await runConsumer(packed, program);
  assert.match(
    printed,
    /^\d{2,3} mg\/dL\n$/,
    `${program} printed ${JSON.stringify(printed)} where a glucose value was due`,
  );
}

async function checkCommand(): Promise<void> {
  const picture = await runConsumer(packed, "node_modules/.bin/dexcom-share-ts", "chart", "--simulate");
  assert.match(
    picture,
    / (mg\/dL|mg\/dL\)) .*last 24 h.*\n(.*\n){15,30}$/,
    `dexcom-share-ts printed ${JSON.stringify(picture)} where a picture was due`,
  );
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
      const said = await check();
      console.log(`ok    ${name}${typeof said === "string" ? `: ${said}` : ""}`);
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
