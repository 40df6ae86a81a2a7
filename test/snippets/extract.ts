/** Finds the code that a document or a doc comment shows. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "../..");

/** The documents whose snippets are checked. */
const DOCUMENTS: readonly string[] = ["README.md", "CHANGELOG.md", "src/*/README.md"];

export interface Snippet {
  /** The file that shows it, such as `README.md`. */
  readonly file: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  /** The heading above it, or the symbol whose doc comment shows it. */
  readonly title: string;
  /** What the fence says, such as `ts`; empty if it says nothing. */
  readonly language: string;
  readonly code: string;
}

/** The fenced code blocks of a Markdown text, those inside lists and quotations too. */
export function fencedBlocks(file: string, markdown: string): Snippet[] {
  const snippets: Snippet[] = [];
  let title = "";
  let open: { mark: string; indent: RegExp; language: string; line: number; code: string[] } | undefined;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const fence = /^([\s>]*)(`{3,}|~{3,})\s*(\S*)/.exec(text);
    if (open === undefined) {
      title = /^#+ (.*)$/.exec(text)?.[1] ?? title;
      if (fence === null) continue;
      const indent = new RegExp(`^[\\s>]{0,${fence[1]!.length}}`);
      open = { mark: fence[2]!, indent, language: fence[3]!, line: index + 2, code: [] };
    } else if (fence?.[2]!.startsWith(open.mark) && fence[3] === "") {
      snippets.push({ file, line: open.line, title, language: open.language, code: open.code.join("\n") });
      open = undefined;
    } else {
      open.code.push(text.replace(open.indent, ""));
    }
  }
  if (open !== undefined) throw new Error(`${file}: the code block at line ${open.line} has no end`);
  return snippets;
}

/** A declaration, from its start: keywords, then its name. */
const DECLARED_NAME =
  /^\s*(?:(?:export|declare|abstract|class|function|const|interface|type|async|static|readonly)\b\s*)*\*?\s*(\w+)/;

/** The fenced code blocks in the doc comments of a TypeScript file. */
export function docCommentBlocks(file: string, source: string): Snippet[] {
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(({ 0: comment, index }) => {
    const before = source.slice(0, index).split("\n").length - 1;
    const text = comment
      .replace(/^\/\*\*/, "")
      .replace(/\*\/$/, "")
      .replace(/^[ \t]*\* ?/gm, "");
    const title = DECLARED_NAME.exec(source.slice(index + comment.length))?.[1] ?? "";
    return fencedBlocks(file, text).map((snippet) => ({ ...snippet, title, line: snippet.line + before }));
  });
}

/** Every snippet of the documents and of the doc comments in src/. */
export function allSnippets(): Snippet[] {
  const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
  const filesOf = (patterns: string | readonly string[]): string[] =>
    globSync(patterns, { cwd: ROOT }).map((file) => file.split(path.sep).join("/"));
  return [
    ...filesOf(DOCUMENTS).flatMap((file) => fencedBlocks(file, read(file))),
    ...filesOf("src/**/*.ts").flatMap((file) => docCommentBlocks(file, read(file))),
  ];
}
