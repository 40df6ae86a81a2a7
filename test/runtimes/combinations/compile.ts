/**
 * Compiles the examples with one compiler and every setting, against the packed package. Arguments: the compiler's
 * package, the folder of the sources, and the folder of what it emits. Prints each setting's errors as JSON.
 */
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type ts from "typescript";
import { SETTINGS, type Setting } from "./settings.ts";

const [compiler, sources, emitted] = process.argv.slice(2) as [string, string, string];
const typescript = createRequire(import.meta.url)(compiler) as typeof ts;

function compile({ id, kind, options, strictness }: Setting): string {
  const converted = typescript.convertCompilerOptionsFromJson({ ...options, outDir: path.join(emitted, id) }, sources);
  const patterns = kind === "esm" ? ["*.mts"] : ["*.cts", "*.cjs"];
  const rootNames = globSync(patterns, { cwd: sources })
    .filter((file) => strictness !== "not strict" || !file.includes("-strict"))
    .map((file) => path.join(sources, file));
  const program = typescript.createProgram({ rootNames, options: { ...converted.options, rootDir: sources } });
  const diagnostics = [...converted.errors, ...typescript.getPreEmitDiagnostics(program)];
  program.emit();
  return typescript.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => sources,
    getNewLine: () => "\n",
  });
}

const errors = Object.fromEntries(SETTINGS.map((setting) => [setting.id, compile(setting)]));
console.log(JSON.stringify({ version: typescript.version, errors }));
