import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { docCommentBlocks, fencedBlocks, type Snippet } from "./snippets/extract.ts";
import { COMPILED, typecheck } from "./snippets/typecheck.ts";

const ROOT = path.join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

const documents = ["README.md", "CHANGELOG.md", ...globSync("src/*/README.md", { cwd: ROOT })].filter((file) =>
  existsSync(path.join(ROOT, file)),
);
const shown: readonly Snippet[] = [
  ...documents.flatMap((file) => fencedBlocks(file, read(file))),
  ...globSync("src/**/*.ts", { cwd: ROOT }).flatMap((file) => docCommentBlocks(file, read(file))),
];

test("every code block says its language", () => {
  const silent = shown.filter((snippet) => snippet.language === "");
  assert.deepEqual(
    silent.map(({ file, line }) => `${file}:${line - 1}`),
    [],
  );
});

test("every snippet of the documents and doc comments compiles by itself", () => {
  const compiled = shown.filter((snippet) => COMPILED.has(snippet.language));
  assert.ok(compiled.length > 0, "no snippet was found");

  // Compiled along, so that a checker that finds nothing anywhere can't pass for snippets without a fault.
  const wrong: Snippet[] = [
    {
      file: "wrong-type",
      line: 7,
      language: "ts",
      code: 'import { Dexcom } from "dexcom-share-ts";\nnew Dexcom({ username: 5, password: "x" });',
    },
    { file: "wrong-import", line: 1, language: "js", code: 'const { Dexcmo } = require("dexcom-share-ts");' },
    { file: "wrong-subpath", line: 1, language: "js", code: 'require("dexcom-share-ts/simulatr");' },
    { file: "free-name", line: 1, language: "ts", code: "await dexcom.getLatestGlucoseReading();" },
    { file: "syntax", line: 3, language: "tsx", code: "const a = ;" },
  ];
  const found = typecheck([...compiled, ...wrong]);
  const expected = ["wrong-type:8", "wrong-import:1", "wrong-subpath:1", "free-name:1", "syntax:3"];
  const isExpected = (message: string): boolean => expected.some((where) => message.startsWith(`${where}:`));
  assert.deepEqual(
    found.filter((message) => !isExpected(message)),
    [],
  );
  for (const where of expected)
    assert.ok(
      found.some((message) => message.startsWith(`${where}:`)),
      `${where} passed`,
    );
});

test("code blocks are found in lists, in doc comments, and inside longer fences", () => {
  const text = [
    "1. Do:",
    "   ```ts",
    "   a;",
    "     b;",
    "   ```",
    "````md",
    "```",
    "````",
    "",
    "```",
    "x",
    "```",
  ].join("\n");
  assert.deepEqual(fencedBlocks("a.md", text), [
    { file: "a.md", line: 3, language: "ts", code: "a;\n  b;" },
    { file: "a.md", line: 7, language: "md", code: "```" },
    { file: "a.md", line: 11, language: "", code: "x" },
  ]);
  const source = "x;\n/**\n * Does.\n * @example\n * ```ts\n * y;\n * ```\n */\n";
  assert.deepEqual(docCommentBlocks("a.ts", source), [{ file: "a.ts", line: 6, language: "ts", code: "y;" }]);
  assert.throws(() => fencedBlocks("a.md", "```ts\nx"), /line 2 has no end/);
});
