/** Finds the code that a document or a doc comment shows. */

export interface Snippet {
  /** The file that shows it, such as `README.md`. */
  readonly file: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  /** What the fence says, such as `ts`; empty if it says nothing. */
  readonly language: string;
  readonly code: string;
}

/** The fenced code blocks of a Markdown text, those inside lists and quotations too. */
export function fencedBlocks(file: string, markdown: string): Snippet[] {
  const snippets: Snippet[] = [];
  let open: { mark: string; indent: RegExp; language: string; line: number; code: string[] } | undefined;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const fence = /^([\s>]*)(`{3,}|~{3,})\s*(\S*)/.exec(text);
    if (open === undefined) {
      if (fence === null) continue;
      const indent = new RegExp(`^[\\s>]{0,${fence[1]!.length}}`);
      open = { mark: fence[2]!, indent, language: fence[3]!, line: index + 2, code: [] };
    } else if (fence?.[2]!.startsWith(open.mark) && fence[3] === "") {
      snippets.push({ file, line: open.line, language: open.language, code: open.code.join("\n") });
      open = undefined;
    } else {
      open.code.push(text.replace(open.indent, ""));
    }
  }
  if (open !== undefined) throw new Error(`${file}: the code block at line ${open.line} has no end`);
  return snippets;
}

/** The fenced code blocks in the doc comments of a TypeScript file. */
export function docCommentBlocks(file: string, source: string): Snippet[] {
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(({ 0: comment, index }) => {
    const before = source.slice(0, index).split("\n").length - 1;
    const text = comment
      .replace(/^\/\*\*/, "")
      .replace(/\*\/$/, "")
      .replace(/^[ \t]*\* ?/gm, "");
    return fencedBlocks(file, text).map((snippet) => ({ ...snippet, line: snippet.line + before }));
  });
}
