/** The code blocks of the README as modules that export a function `example`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fencedBlocks } from "../../snippets/extract.ts";
import { ROOT } from "../../support/entries.ts";

/** Last line that each block prints, in the README's order. Those without one print nothing. */
const PRINTED: readonly (RegExp | undefined)[] = [
  /^126 → at \d\d:\d\d, \d+ min ago$/,
  /^7\.0 mmol\/L$/,
  /^\d\d:\d\d {2}126 →$/,
  undefined,
  /^\d{3} readings$/,
];

export interface Example {
  /** Such as `line-67`. */
  readonly name: string;
  /** A block of JavaScript is a CommonJS module. */
  readonly isCommonJs: boolean;
  readonly text: string;
  /** Source of a regular expression. */
  readonly printed: string | undefined;
}

export function readmeExamples(): Example[] {
  const blocks = fencedBlocks("README.md", readFileSync(path.join(ROOT, "README.md"), "utf8"));
  const compiled = blocks.filter(({ language }) => language === "ts" || language === "js");
  assert.equal(compiled.length, PRINTED.length, "say in PRINTED what each code block of the README prints");
  return compiled.map(({ language, line, code }, index) => ({
    name: `line-${line}`,
    isCommonJs: language === "js",
    text: language === "js" ? `exports.example = async () => {\n${code}\n};\n` : wrap(code),
    printed: PRINTED[index]?.source,
  }));
}

/** CommonJS has no top-level `await`, and a Worker does no I/O outside of a request. */
function wrap(code: string): string {
  const imports = /^import [^;]*;$/gm;
  const names = [...code.matchAll(imports)].join("\n");
  return `${names}\nexport async function example(): Promise<void> {\n${code.replaceAll(imports, "")}\n}\n`;
}
