/** What an entry gives and what it drags along. */
import assert from "node:assert/strict";
import path from "node:path";
import { SourceMap, type SourceMapPayload } from "node:module";
import { bundle, bundleEntry } from "../support/bundle.ts";
import { SIZE_TOLERANCE, type Entry } from "../support/entries.ts";
import { runConsumer, type PackedPackage } from "./packed.ts";

/** Both ways to load an entry give the same names, and none of them is `default`. */
export async function checkBothKinds(packed: PackedPackage, { specifier }: Entry): Promise<void> {
  const program = `import { createRequire } from "node:module";
    const imported = await import("${specifier}");
    const required = createRequire(process.cwd() + "/")("${specifier}");
    console.log(JSON.stringify([Object.keys(imported), Object.keys(required)].map((names) => names.toSorted())));`;
  const [imported, required] = JSON.parse(
    await runConsumer(packed, "--input-type=module", "--eval", program),
  ) as string[][];
  assert.ok(imported!.length > 0, `${specifier} exports nothing`);
  assert.deepEqual(imported, required);
  assert.ok(
    !imported!.includes("default"),
    `${specifier} has a default export: the two kinds of module differ over those`,
  );
}

/** Measures an entry in a bundle and compares it with what `test/support/entries.ts` records. */
export async function checkBudget(packed: PackedPackage, entry: Entry): Promise<string> {
  const { bytes } = await bundleEntry(entry, packed.consumer);
  const change = ((bytes - entry.bytes) / entry.bytes) * 100;
  const said = `${bytes} bytes, minified, gzip; ${change.toFixed(1)} % from the recorded ${entry.bytes}`;
  assert.ok(
    Math.abs(change) <= SIZE_TOLERANCE * 100,
    `${said}: if that is meant, record it in test/support/entries.ts`,
  );
  assert.ok(bytes <= (entry.maxBytes ?? Infinity), `${said}, more than the limit of ${entry.maxBytes}`);
  if (entry.maxBytesBesideReader === undefined) return said;
  const added = await bytesBesideReader(entry, packed.consumer);
  const saidMore = `${said}; ${added} bytes besides the reader`;
  assert.ok(added <= entry.maxBytesBesideReader, `${saidMore}, more than the limit of ${entry.maxBytesBesideReader}`);
  return saidMore;
}

/** Measures what an entry adds to an application that has `Dexcom` already, and what is beside it. */
async function bytesBesideReader({ specifier, beside = [] }: Entry, folder: string): Promise<number> {
  const others = beside.map((subpath, index) => {
    const from = path.posix.join("dexcom-share-ts", subpath);
    return `import * as other${index} from "${from}"; globalThis.other${index} = other${index};`;
  });
  const reader = `import { Dexcom } from "dexcom-share-ts"; globalThis.used = [Dexcom]; ${others.join(" ")}`;
  const both = `${reader} import * as all from "${specifier}"; globalThis.used.push(all);`;
  return (await bundle(both, folder)).bytes - (await bundle(reader, folder)).bytes;
}

/** What one import may leave in an application's bundle. `undefined` as a name: the import for its side effects. */
export const SHAKEN: readonly { specifier: string; name: string | undefined; from: readonly string[] }[] = [
  { specifier: "dexcom-share-ts", name: undefined, from: [] },
  { specifier: "dexcom-share-ts", name: "Region", from: ["region"] },
  { specifier: "dexcom-share-ts", name: "systemClock", from: ["clock"] },
  { specifier: "dexcom-share-ts", name: "ArgumentError", from: ["errors"] },
  { specifier: "dexcom-share-ts", name: "DexcomError", from: ["errors"] },
  { specifier: "dexcom-share-ts", name: "MemorySessionCache", from: ["session/session-cache", "clock"] },
  { specifier: "dexcom-share-ts/simulator", name: undefined, from: [] },
  {
    specifier: "dexcom-share-ts/simulator",
    name: "VirtualClock",
    from: [
      "simulator/clock/virtual-clock",
      "simulator/clock/timeline",
      "simulator/clock/turn",
      "simulator/injection/injection-checks",
      "errors",
    ],
  },
];

/** Importing one thing leaves that thing in the bundle and what it is made of, nothing else. */
export async function checkShaking(
  packed: Pick<PackedPackage, "consumer">,
  { specifier, name, from }: (typeof SHAKEN)[number],
): Promise<void> {
  const program =
    name === undefined
      ? `import "${specifier}";`
      : `import { ${name} } from "${specifier}"; globalThis.used = ${name};`;
  const { code, sourceMap } = await bundle(program, packed.consumer);
  const sources = [...survivors(code, sourceMap)].map((source) =>
    source.replace(/^(?:.*\/)?src\//, "").replace(/\.ts$/, ""),
  );
  assert.deepEqual(sources.toSorted(), from.toSorted(), `in the bundle: ${code.slice(0, 2000)}`);
}

/** The sources that characters of the code come from. */
function survivors(code: string, sourceMap: string): Set<string> {
  const map = new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
  const found = new Set<string>();
  for (const [line, text] of code.split("\n").entries()) {
    for (let column = 0; column < text.length; column++) {
      const entry = map.findEntry(line, column);
      if ("originalSource" in entry && !entry.originalSource.endsWith("<stdin>")) found.add(entry.originalSource);
    }
  }
  return found;
}
