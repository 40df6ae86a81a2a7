/** Number with its per cent sign, or any other word. */
const WORD = /( *)([^ ]+(?: %[^ ]*)?)/g;

/** Breaks a text between words. A line is longer than `width` only if a word is. Spaces within a line stay. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const [, space = "", word = ""] of text.matchAll(WORD)) {
    if (line === undefined) line = word;
    else if (line.length + space.length + word.length <= width) line += space + word;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === undefined ? lines : [...lines, line];
}

/** Breaks a text that stands behind a label. The lines that follow are indented by `indent` spaces. */
export function wrapBehind(
  label: string,
  text: string,
  { width, indent }: Record<"width" | "indent", number>,
): string[] {
  const lines = wrap(text, width - indent);
  return lines.map((line, index) => (index === 0 ? label.padEnd(indent) : " ".repeat(indent)) + line);
}
