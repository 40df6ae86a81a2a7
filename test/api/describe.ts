/** Writes down what an entry exports: every name with its signature, as the declarations that users compile against have it. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { ROOT, type Entry } from "../support/entries.ts";

const OPTIONS: ts.CompilerOptions = {
  declaration: true,
  stripInternal: true,
  isolatedDeclarations: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  // Nothing is checked here; what comes from elsewhere stays a name.
  noLib: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

const HEAD = "// Written by `npm run api` and reviewed: what changes here changes for users.";

const printer: ts.Printer = ts.createPrinter({ removeComments: true });

/** The text for each entry, by its id. */
export function describeEntries(entries: readonly Entry[]): Map<string, string> {
  const declarations = readDeclarations();
  const host = ts.createCompilerHost(OPTIONS);
  const onDisk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
  const isOfSrc = (file: string): boolean => file.startsWith(path.join(ROOT, "src"));
  host.fileExists = (file) => (isOfSrc(file) ? declarations.has(file) : onDisk.fileExists(file));
  host.readFile = (file) => (isOfSrc(file) ? declarations.get(file) : onDisk.readFile(file));
  const roots = entries.map(({ source }) => declarationFileOf(path.join(ROOT, source)));
  const program = ts.createProgram({ rootNames: roots, options: OPTIONS, host });
  const checker = program.getTypeChecker();
  const exported = roots.map((root) => exportsOf(program, root));
  const typeOnly = new Map(roots.map((root) => [root, typeOnlyNames(program, root)]));
  const anywhere = new Set(exported.flatMap((symbols) => [...symbols.keys()]));
  return new Map(
    entries.map(({ id, specifier }, index) => {
      const blocks = describeExports(checker, exported[index]!, anywhere, declarations);
      const kinds = describeKinds(exported[index]!, typeOnly.get(roots[index]!)!);
      return [id, `${[`// ${specifier}\n${HEAD}`, kinds, ...blocks].join("\n\n")}\n`];
    }),
  );
}

/** Of all of src, without building: `isolatedDeclarations` is what makes them file by file. */
function readDeclarations(): Map<string, string> {
  const sources = globSync("src/**/*.ts", { cwd: ROOT }).map((file) => path.join(ROOT, file));
  return new Map(
    sources.map((fileName) => {
      const { outputText } = ts.transpileDeclaration(readFileSync(fileName, "utf8"), {
        fileName,
        compilerOptions: OPTIONS,
      });
      return [declarationFileOf(fileName), outputText.replaceAll(/(["'])(\.\.?\/[^"']*)\.ts\1/g, "$1$2.js$1")];
    }),
  );
}

function declarationFileOf(source: string): string {
  return source.replace(/\.ts$/, ".d.ts");
}

function exportsOf(program: ts.Program, file: string): Map<ts.Symbol, string> {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!);
  if (module === undefined) throw new Error(`${file} exports nothing`);
  return new Map(checker.getExportsOfModule(module).map((symbol) => [resolve(checker, symbol), symbol.name]));
}

/** Says for each export what an importer gets: a value, a type, or both. */
function describeKinds(exported: ReadonlyMap<ts.Symbol, string>, typeOnly: ReadonlySet<string>): string {
  const lines = [...exported].map(([symbol, name]) => {
    const kinds = [
      ...(symbol.flags & ts.SymbolFlags.Value && !typeOnly.has(name) ? [valueKindOf(symbol)] : []),
      ...(symbol.flags & ts.SymbolFlags.Type ? ["type"] : []),
    ];
    return `//   ${name}: ${kinds.join(" and ")}`;
  });
  return ["// Exports", ...lines.sort()].join("\n");
}

function valueKindOf({ flags }: ts.Symbol): string {
  if (flags & ts.SymbolFlags.Class) return "class";
  return flags & ts.SymbolFlags.Function ? "function" : "constant";
}

/** The exports that `export type` or `import type` takes the value from, at any step on their way. */
function typeOnlyNames(program: ts.Program, file: string): Set<string> {
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!);
  const isTypeOnly = (symbol: ts.Symbol | undefined): boolean => {
    if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return false;
    const isHere = symbol.declarations?.some((node) => ts.isTypeOnlyImportOrExportDeclaration(node)) === true;
    return isHere || isTypeOnly(checker.getImmediateAliasedSymbol(symbol));
  };
  return new Set(exported.filter(isTypeOnly).map(({ name }) => name));
}

function resolve(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function describeExports(
  checker: ts.TypeChecker,
  exported: ReadonlyMap<ts.Symbol, string>,
  anywhere: ReadonlySet<ts.Symbol>,
  own: ReadonlyMap<string, string>,
): string[] {
  const reached = new Set<ts.Symbol>(exported.keys());
  // A set that grows while it is walked is walked to its new end.
  for (const symbol of reached) {
    for (const other of mentionedBy(checker, symbol)) {
      const isOwn = other.declarations?.some((declaration) => own.has(declaration.getSourceFile().fileName));
      if (isOwn && !anywhere.has(other)) reached.add(other);
    }
  }
  const named = [...exported].map(([symbol, name]): [string, string] => [name, print(symbol, name)]);
  const nameless = [...reached]
    .filter((symbol) => !exported.has(symbol))
    .map((symbol): [string, string] => [symbol.name, print(symbol, symbol.name)]);
  const sorted = (rows: [string, string][]): string[] =>
    rows.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return [
    ...sorted(named),
    ...(nameless.length > 0 ? ["// Not exported by name, yet part of the above", ...sorted(nameless)] : []),
  ];
}

function statementsOf(symbol: ts.Symbol): ts.Node[] {
  const declarations = symbol.declarations ?? [];
  return declarations.map((node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node));
}

/** Everything that a declaration names, other than itself and its own parts. */
function mentionedBy(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const mentioned = checker.getSymbolAtLocation(node);
      if (mentioned !== undefined) found.push(resolve(checker, mentioned));
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of statementsOf(symbol)) visit(statement);
  return found.filter((other) => other.declarations?.some((node) => ts.isSourceFile(statementParentOf(node))));
}

function statementParentOf(node: ts.Node): ts.Node {
  return ts.isVariableDeclaration(node) ? node.parent.parent.parent : node.parent;
}

function print(symbol: ts.Symbol, name: string): string {
  const texts = statementsOf(symbol).map((statement) =>
    printer
      .printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile())
      .replace(/^(export )?(declare )?/, ""),
  );
  if (texts.length === 0) throw new Error(`${name} is exported and declared nowhere`);
  return [...(name === symbol.name ? [] : [`// as ${name}`]), ...texts].join("\n");
}
