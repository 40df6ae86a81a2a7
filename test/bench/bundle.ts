/** What the reader adds to the bundle of an application that imports it. */
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Figure } from "./figure.ts";

const BUDGET_BYTES = 10 * 1024;

export async function measureBundle(): Promise<Figure> {
  const result = await build({
    stdin: {
      contents: 'import { Dexcom } from "dexcom-share-ts"; globalThis.Dexcom = Dexcom;',
      resolveDir: path.join(import.meta.dirname, "../.."),
    },
    // As in an application: by package.json's exports, not by this repository's tsconfig paths, which lead to src.
    tsconfigRaw: {},
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    conditions: ["import"],
    write: false,
    metafile: true,
  });
  if (!("dist/index.js" in result.metafile.inputs)) throw new Error("the bundle was not made from dist/index.js");
  const bytes = gzipSync(result.outputFiles[0]!.contents, { level: 9 }).length;
  return {
    name: "bundle of the reader, minified, gzip -9",
    measured: bytes,
    yardstick: BUDGET_BYTES,
    yardstickName: "budget",
    unit: "bytes",
    ratio: bytes / BUDGET_BYTES,
    limit: "10240 bytes",
    isWithin: bytes <= BUDGET_BYTES,
  };
}
