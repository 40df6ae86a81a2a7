/** The packed package, installed in an empty folder, with the suite beside it as plain modules. */
import path from "node:path";
import { build } from "esbuild";
import { packAndInstall, type PackedPackage } from "../package/packed.ts";
import { ENTRIES } from "../support/entries.ts";

export interface Stage {
  readonly folder: string;
  /** The suite's files, which import the package by its name: `program.mjs`, `index.mjs`, `worker.mjs`. */
  readonly suite: readonly string[];
  /** Where each isomorphic entry is in the folder, by the name that one imports. */
  readonly entries: ReadonlyMap<string, string>;
  /** The package's modules that those reach, in the folder. */
  readonly modules: readonly string[];
  remove(): Promise<void>;
}

const SUITE = ["program", "index", "worker"];

export async function createStage(): Promise<Stage> {
  const packed = await packAndInstall();
  await build({
    entryPoints: SUITE.map((name) => path.join(import.meta.dirname, "suite", `${name}.ts`)),
    outdir: packed.consumer,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    // What is tested stays as it was packed.
    external: ["dexcom-share-ts"],
    logLevel: "silent",
  });
  const isomorphic = ENTRIES.filter(({ runsOn }) => runsOn === "everywhere");
  const entries = new Map(isomorphic.map(({ specifier, files }) => [specifier, inFolder(packed, files.esm)]));
  return {
    folder: packed.consumer,
    suite: SUITE.map((name) => `${name}.mjs`),
    entries,
    modules: await reach(packed, [...entries.values()]),
    remove: () => packed.remove(),
  };
}

function inFolder({ consumer, folder }: PackedPackage, file: string): string {
  return path.relative(consumer, path.join(folder, file));
}

async function reach({ consumer }: PackedPackage, entryPoints: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [...entryPoints],
    absWorkingDir: consumer,
    outdir: "none",
    bundle: true,
    format: "esm",
    platform: "neutral",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return Object.keys(metafile.inputs);
}
