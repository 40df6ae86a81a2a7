/** Compiles snippets against src/, under the strict settings of this repository, as a reader would paste them. */
import path from "node:path";
import ts from "typescript";
import type { Snippet } from "./extract.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** The languages that are compiled. A JavaScript snippet that uses `require` is a CommonJS one. */
export const COMPILED: ReadonlySet<string> = new Set(["ts", "js", "tsx"]);

/**
 * What a doc comment's example may take for granted: it stands beside the method that it shows, and an object made anew
 * in each would hide that. Whatever else it uses it imports or declares. A document's snippets get nothing.
 */
const DOC_COMMENT_PRELUDE: Readonly<Record<string, string>> = {
  dexcom: 'import("dexcom-share-ts").Dexcom',
  simulator: 'import("dexcom-share-ts/simulator").ShareSimulator',
  publisher: 'import("dexcom-share-ts/publisher").Publisher',
  subscriber: 'import("dexcom-share-ts/subscriber").Subscriber',
};

/** That a parameter has no type annotation is no fault of a JavaScript snippet. */
const UNTYPED_JAVASCRIPT = new Set([7005, 7006, 7031, 7034]);

/** What the compiler has to say of the snippets, as `file:line: message`, in order; empty if they are all right. */
export function typecheck(snippets: readonly Snippet[]): string[] {
  const files = new Map(snippets.map((snippet) => [pathOf(snippet), snippet]));
  const texts = new Map([...files].map(([name, snippet]) => [name, textOf(snippet)]));
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const onDisk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
  host.fileExists = (name) => texts.has(path.resolve(name)) || onDisk.fileExists(name);
  host.readFile = (name) => texts.get(path.resolve(name)) ?? onDisk.readFile(name);
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host });
  const found = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()].map(messageOf);
  for (const [name, { file, language }] of files) {
    const source = program.getSourceFile(name);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    for (const diagnostic of diagnostics) {
      if (language === "js" && UNTYPED_JAVASCRIPT.has(diagnostic.code)) continue;
      const line = ts.getLineAndCharacterOfPosition(source!, diagnostic.start ?? 0).line + 1;
      found.push(`${file}:${line}: ${messageOf(diagnostic)}`);
    }
  }
  return found;
}

/** A path in the repository, where nothing is on disk: there the snippet finds the package's paths and types. */
function pathOf({ file, line, language, code }: Snippet): string {
  const extension = language === "js" && /\brequire\(/.test(code) ? "cjs" : language;
  return path.join(ROOT, "test/snippets/virtual", `${file.replaceAll(/[/\\.]/g, "-")}-${line}.${extension}`);
}

/** The code, pushed down so that the compiler counts lines as the file that shows the snippet does. */
function textOf({ file, line, language, code }: Snippet): string {
  const given = Object.entries(DOC_COMMENT_PRELUDE)
    .filter(
      ([name]) => file.endsWith(".ts") && language !== "js" && !new RegExp(`\\b(const|let) ${name}\\b`).test(code),
    )
    .map(([name, type]) => `declare const ${name}: ${type};`);
  return `${given.join(" ")}${"\n".repeat(line - 1)}${code}\n`;
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (name) => ts.sys.readFile(name));
  const { options } = ts.convertCompilerOptionsFromJson((config as { compilerOptions: unknown }).compilerOptions, ROOT);
  return {
    ...options,
    // So that two snippets may each have a `dexcom`.
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowJs: true,
    checkJs: true,
    jsx: ts.JsxEmit.Preserve,
    // What follows serves this repository's own files; a reader's may do without.
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
}

function messageOf(diagnostic: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
}
