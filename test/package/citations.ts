/** Follows the links and citations of the documents and doc comments that are in the package. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/entries.ts";

/** Documents that the README links for contributors. They are in the repository, and not in the package. */
const IN_REPOSITORY: readonly string[] = [".github/CONTRIBUTING.md", ".github/SECURITY.md", "test/bench/README.md"];

const PROTOCOL = "src/wire/PROTOCOL.md";

/** `[text](target)`, if the target is in the package. */
const LINK = /\]\((?!https?:|mailto:)([^)\s]+)\)/g;
/** `PROTOCOL.md, "Heading"`, perhaps with more headings after it and a line break of a comment within it. */
const CITATION = /PROTOCOL\.md,\s+(?:(?:\*|\/\/)\s+)?("[^"]+"(?:(?:,| and|, and)\s+(?:(?:\*|\/\/)\s+)?"[^"]+")*)/g;
/** Notes that are in neither the package nor the repository. */
const STRAY = /wire-protocol|design\.md|\(design\b|design,? decision/i;

/** The part of a packed package that is looked at. */
interface Package {
  readonly files: readonly string[];
  readonly folder: string;
}

/** Says which links and citations lead nowhere, as `file: target`. */
export function brokenCitations({ files, folder }: Package): string[] {
  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");
  const anchors = new Map(files.filter(isDocument).map((file) => [file, anchorsOf(read(file))]));
  const headings = new Set(headingsOf(read(PROTOCOL)));
  const leadsNowhere = (file: string, target: string): boolean => {
    const [name = "", anchor] = target.split("#");
    const linked = name === "" ? file : path.posix.join(path.posix.dirname(file), name);
    if (IN_REPOSITORY.includes(linked)) return !existsSync(path.join(ROOT, linked));
    if (!files.includes(linked)) return true;
    return anchor !== undefined && anchors.get(linked)?.has(anchor) !== true;
  };
  return files
    .filter((file) => isDocument(file) || /\.c?ts$/.test(file))
    .flatMap((file) => {
      const text = read(file);
      // Comments cite headings, and link no file.
      const links = isDocument(file) ? [...withoutCode(text).matchAll(LINK)].map(([, target]) => target!) : [];
      const cited = [...text.matchAll(CITATION)].flatMap(([, names]) =>
        [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => name!.replaceAll(/\s+(?:(?:\*|\/\/)\s+)?/g, " ")),
      );
      const stray = STRAY.exec(text);
      return [
        ...links.filter((target) => leadsNowhere(file, target)),
        ...cited.filter((name) => !headings.has(name)).map((name) => `PROTOCOL.md, "${name}"`),
        ...(stray ? [stray[0]] : []),
      ].map((target) => `${file}: ${target}`);
    });
}

export function checkCitations(packed: Package): string {
  const documents = packed.files.filter(isDocument);
  assert.ok(documents.includes("README.md") && documents.includes(PROTOCOL), "the documents were not found");
  assert.deepEqual(brokenCitations(packed), []);
  return `${documents.length} documents`;
}

const isDocument = (file: string): boolean => file.endsWith(".md");

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^(\s*)(`{3,}|~{3,})[\s\S]*?^\s*\2/gm, "").replaceAll(/`[^`\n]*`/g, "");
}

function headingsOf(markdown: string): string[] {
  const fenceless = markdown.replaceAll(/^(\s*)(`{3,}|~{3,})[\s\S]*?^\s*\2/gm, "");
  return [...fenceless.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.trim());
}

/** Anchors as forges make them: lower case, without punctuation, with hyphens for spaces. */
function anchorsOf(markdown: string): Set<string> {
  return new Set(
    headingsOf(markdown).map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
