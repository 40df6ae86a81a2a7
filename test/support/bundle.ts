/** What an entry adds to the bundle of an application that imports it. */
import { builtinModules } from "node:module";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT, type Entry } from "./entries.ts";

export interface Bundle {
  readonly code: string;
  /** Of the code, gzip -9. */
  readonly bytes: number;
  /** As JSON: which source each place of the code comes from, through the package's own maps. */
  readonly sourceMap: string;
}

/**
 * Bundles a program, minified, as an application would: by package.json's exports, not by this repository's tsconfig
 * paths, which lead to src. `folder` has the package in its `node_modules`, or is the package.
 */
export async function bundle(program: string, folder: string = ROOT): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: folder },
    tsconfigRaw: {},
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    conditions: ["import"],
    // An optional peer is never a part of the package.
    external: [...builtinModules, "node:*", "bullmq"],
    sourcemap: "external",
    outfile: "bundle.js",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const stray = Object.keys(metafile.inputs).filter((input) => input !== "<stdin>" && !/(^|\/)dist\//.test(input));
  if (stray.length > 0) throw new Error(`the bundle was not made from dist: ${stray.join(", ")}`);
  const find = (ending: string): string => outputFiles.find((file) => file.path.endsWith(ending))!.text;
  const code = find(".js");
  return { code, bytes: gzipSync(code, { level: 9 }).length, sourceMap: find(".map") };
}

/** What the entry's size is measured of. */
export function bundleEntry(
  { imports, specifier }: Pick<Entry, "imports" | "specifier">,
  folder?: string,
): Promise<Bundle> {
  const wanted = imports === undefined ? "* as all" : `{ ${imports.join(", ")} }`;
  const used = imports ?? ["all"];
  return bundle(`import ${wanted} from "${specifier}"; globalThis.used = [${used.join(", ")}];`, folder);
}
