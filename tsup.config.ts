import { glob, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import type { Options } from "tsup";

const OUT = "dist";

/** Packages whose code is in dist, so whose licence must be there too. `npm run check:package` holds it complete. */
const BUNDLED = ["commander", "d3-array", "d3-shape", "d3-path", "d3-dsv", "srvx"];

// tsup's own `clean` spares declaration files, so a renamed chunk's old types would be packed with the new ones.
await rm(OUT, { recursive: true, force: true });

const LIBRARY = {
  index: "src/index.ts",
  file: "src/stores/file.ts",
  redis: "src/stores/redis.ts",
  store: "src/stores/key-value.ts",
  alarms: "src/alarms/index.ts",
  fleet: "src/fleet/index.ts",
  poll: "src/poll/index.ts",
  nightscout: "src/nightscout/index.ts",
  publisher: "src/publisher/index.ts",
  subscriber: "src/subscriber/index.ts",
  chart: "src/chart/index.ts",
  simulator: "src/simulator/index.ts",
  "simulator/node": "src/simulator/node.ts",
  statistics: "src/statistics/index.ts",
  web: "src/web/index.ts",
  archive: "src/archive/index.ts",
  "archive/sqlite": "src/archive/sqlite.ts",
  "archive/redis": "src/archive/redis.ts",
  "archive/csv": "src/archive/csv.ts",
};

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/**
 * Puts all that `.` needs into one file. Without it esbuild makes a file for each set of modules that the same entries
 * share, and Node spends time on each. Measured on a busy machine, Node 24, p10 of 40 starts: `import` takes 13 ms of
 * processor time with it and 26 ms without it, `require` 12 and 20 ms. So every module imports all of `.` first. Bundles
 * of applications don't grow, because they leave out what they don't use.
 */
const oneCore: Plugin = {
  name: "one file for what `.` needs",
  setup(build) {
    build.initialOptions.inject = ["core"];
    build.onResolve({ filter: /^core$/ }, () => ({ path: path.resolve(LIBRARY.index), sideEffects: true }));
  },
};

const common: Options = {
  outDir: OUT,
  // Without it each CommonJS entry holds its own copy of the error classes, and `instanceof` fails across subpaths.
  splitting: true,
  esbuildPlugins: [oneCore],
  // Through Rollup, for CommonJS' sake: otherwise tsup hands it to Sucrase, which rewrites class fields and `?.`.
  treeshake: true,
  target: "es2022",
  // Names and lines stay; but constants of ours are in place, which no bundler of an application can put there.
  minifySyntax: true,
  sourcemap: true,
  noExternal: BUNDLED.map((name) => new RegExp(`^${name}(/|$)`)),
  // `node:test` and its like have no name without the prefix, and Deno and Workers know builtins only by it.
  removeNodeProtocol: false,
};

// The command is an ES module alone, made along with the library's so that the two share one copy of it.
const config: Options[] = [
  {
    ...common,
    entry: { ...LIBRARY, cli: "src/cli/main.ts" },
    format: "esm",
    dts: { entry: LIBRARY },
    onSuccess: async () => {
      await Promise.all([writeLicences(), tidySourceMaps("js")]);
    },
  },
  { ...common, entry: LIBRARY, format: "cjs", dts: true, onSuccess: () => tidySourceMaps("cjs") },
];
export default config;

async function writeLicences(): Promise<void> {
  const licences = await Promise.all(
    BUNDLED.map(async (name) => `${name}\n\n${(await readFile(`node_modules/${name}/LICENSE`, "utf8")).trim()}\n`),
  );
  const head = "The files in this folder contain code of the packages below, under these licences.\n";
  await writeFile(`${OUT}/THIRD-PARTY-LICENSES.txt`, [head, ...licences].join("\n"));
}

interface RawSourceMap {
  mappings: string;
  sourcesContent?: unknown;
}

/**
 * Drops the second comment that names a source map, because Rollup and tsup each write one, and what makes maps three
 * quarters of the package: `sourcesContent`, and positions within a source line. A stack needs names and lines. Leaves
 * the other format alone, which may still be written.
 */
async function tidySourceMaps(extension: "js" | "cjs"): Promise<void> {
  for await (const path of glob(`${OUT}/**/*.${extension}`)) {
    const code = await readFile(path, "utf8");
    await writeFile(path, code.replace(/(\n\/\/# sourceMappingURL=\S+)\1\s*$/, "$1\n"));
    const map = JSON.parse(await readFile(`${path}.map`, "utf8")) as RawSourceMap;
    delete map.sourcesContent;
    map.mappings = encode(decode(map.mappings).map((segments) => segments.filter(isOtherLine)));
    await writeFile(`${path}.map`, JSON.stringify(map));
  }
}

/** Keeps the segment that begins a line of the output, and each that leads to another source line than the one before. */
function isOtherLine(segment: SourceMapSegment, index: number, segments: readonly SourceMapSegment[]): boolean {
  const before = segments[index - 1];
  return segment[1] !== before?.[1] || segment[2] !== before?.[2];
}
