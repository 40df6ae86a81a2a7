import assert from "node:assert/strict";
import { test } from "node:test";
import { allSnippets, docCommentBlocks, fencedBlocks, type Snippet } from "./snippets/extract.ts";
import { COMPILED, typecheck } from "./snippets/typecheck.ts";

const shown = allSnippets();

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
      title: "",
      language: "ts",
      code: 'import { Dexcom } from "dexcom-share-ts";\nnew Dexcom({ username: 5, password: "x" });',
    },
    {
      file: "wrong-import",
      line: 1,
      title: "",
      language: "js",
      code: 'const { Dexcmo } = require("dexcom-share-ts");',
    },
    { file: "wrong-subpath", line: 1, title: "", language: "js", code: 'require("dexcom-share-ts/simulatr");' },
    { file: "free-name", line: 1, title: "", language: "ts", code: "await dexcom.getLatestGlucoseReading();" },
    { file: "syntax", line: 3, title: "", language: "tsx", code: "const a = ;" },
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
    "# Code",
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
    { file: "a.md", line: 4, title: "Code", language: "ts", code: "a;\n  b;" },
    { file: "a.md", line: 8, title: "Code", language: "md", code: "```" },
    { file: "a.md", line: 12, title: "Code", language: "", code: "x" },
  ]);
  const source = "x;\n/**\n * Does.\n * @example\n * ```ts\n * y;\n * ```\n */\nexport async function does() {}\n";
  assert.deepEqual(docCommentBlocks("a.ts", source), [
    { file: "a.ts", line: 6, title: "does", language: "ts", code: "y;" },
  ]);
  assert.throws(() => fencedBlocks("a.md", "```ts\nx"), /line 2 has no end/);
});
