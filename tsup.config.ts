import { glob, readFile, rm, writeFile } from "node:fs/promises";
import type { Options } from "tsup";

const OUT = "dist";

/** Packages whose code is in dist, so whose licence must be there too. `npm run check:package` holds it complete. */
const BUNDLED = ["zod", "commander"];

// tsup's own `clean` spares declaration files, so a renamed chunk's old types would be packed with the new ones.
await rm(OUT, { recursive: true, force: true });

const LIBRARY = {
  index: "src/index.ts",
  file: "src/file.ts",
  redis: "src/redis.ts",
  store: "src/store.ts",
  publisher: "src/publisher/index.ts",
  subscriber: "src/subscriber/index.ts",
  simulator: "src/simulator/index.ts",
  "simulator/node": "src/simulator/node.ts",
};

const common: Options = {
  outDir: OUT,
  // Without it each CommonJS entry holds its own copy of the error classes, and `instanceof` fails across subpaths.
  splitting: true,
  // Through Rollup, for CommonJS' sake: otherwise tsup hands it to Sucrase, which rewrites class fields and `?.`.
  treeshake: true,
  target: "es2022",
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
      await Promise.all([writeLicences(), dropDoubledMapComments("js")]);
    },
  },
  { ...common, entry: LIBRARY, format: "cjs", dts: true, onSuccess: () => dropDoubledMapComments("cjs") },
];
export default config;

async function writeLicences(): Promise<void> {
  const licences = await Promise.all(
    BUNDLED.map(async (name) => `${name}\n\n${(await readFile(`node_modules/${name}/LICENSE`, "utf8")).trim()}\n`),
  );
  const head = "The files in this folder contain code of the packages below, under these licences.\n";
  await writeFile(`${OUT}/THIRD-PARTY-LICENSES.txt`, [head, ...licences].join("\n"));
}

/** With `treeshake`, Rollup and tsup each write the comment that names the source map. The other format may still be being written. */
async function dropDoubledMapComments(extension: "js" | "cjs"): Promise<void> {
  for await (const path of glob(`${OUT}/**/*.${extension}`)) {
    const code = await readFile(path, "utf8");
    await writeFile(path, code.replace(/(\n\/\/# sourceMappingURL=\S+)\1\s*$/, "$1\n"));
  }
}
