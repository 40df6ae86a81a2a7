/** Compiles a consumer's program against the packed declarations, every way that a consumer may. */
import assert from "node:assert/strict";
import path from "node:path";
import ts from "typescript";
import { ENTRIES } from "../support/entries.ts";
import type { PackedPackage } from "./packed.ts";

const { ModuleKind, ModuleResolutionKind, ScriptTarget } = ts;

type Resolution = "node10" | "node16" | "nodenext" | "bundler";
type Platform = "dom" | "node";

export const RESOLUTIONS: Record<Resolution, ts.CompilerOptions> = {
  // Knows no `exports`, and sees every consumer as a CommonJS one.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- for those who still have it
  node10: { module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10, ignoreDeprecations: "6.0" },
  node16: { module: ModuleKind.Node16 },
  nodenext: { module: ModuleKind.NodeNext },
  bundler: { module: ModuleKind.Preserve, moduleResolution: ModuleResolutionKind.Bundler },
};

/** What the consumer's program may use besides the language: a browser's globals or Node's. */
export const PLATFORMS: Record<Platform, ts.CompilerOptions> = {
  dom: { lib: ["lib.es2022.d.ts", "lib.dom.d.ts"], types: [] },
  node: {
    lib: ["lib.es2022.d.ts"],
    types: ["node"],
    typeRoots: [path.join(import.meta.dirname, "../../node_modules/@types")],
  },
};

export function checkTypes(packed: PackedPackage, resolution: Resolution, platform: Platform): void {
  const program = ts.createProgram({
    rootNames: ["types.mts", "types.cts"].map((file) => path.join(packed.consumer, file)),
    options: {
      ...RESOLUTIONS[resolution],
      ...PLATFORMS[platform],
      target: ScriptTarget.ES2022,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    },
  });
  const wrong = ts.getPreEmitDiagnostics(program);
  if (wrong.length > 0) {
    assert.fail(
      ts.formatDiagnostics(wrong, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => packed.consumer,
        getNewLine: () => "\n",
      }),
    );
  }

  // That nothing is wrong isn't enough: each kind of consumer must have been given the declarations of its own kind.
  const used = program.getSourceFiles().map((file) => path.relative(packed.folder, file.fileName));
  for (const { specifier, files, runsOn } of ENTRIES) {
    if (runsOn === "node" && platform === "dom") continue;
    assert.ok(used.includes(files.esmTypes), `the ESM consumer of ${specifier} didn't get ${files.esmTypes}`);
    if (resolution === "node10") continue;
    assert.ok(used.includes(files.cjsTypes), `the CommonJS consumer of ${specifier} didn't get ${files.cjsTypes}`);
  }
}
