/** Code of a guide, so that a check runs what the guide shows. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "esbuild";
import { fencedBlocks } from "../snippets/extract.ts";
import { ROOT } from "../support/entries.ts";

/** Returns the TypeScript below a heading of a guide. */
export function snippetBelow(file: string, heading: string): string {
  const snippets = fencedBlocks(file, readFileSync(path.join(ROOT, file), "utf8"));
  const found = snippets.find(({ title, language }) => title === heading && language === "ts");
  if (found === undefined) throw new Error(`${file} has no TypeScript below "${heading}"`);
  return found.code;
}

/** Returns the code in a sentence below a heading of a guide. */
export function inlineCodeBelow(file: string, heading: string, start: string): string {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const found = [...section.matchAll(/`([^`\n]+)`/g)].find(([, code]) => code!.startsWith(start));
  if (found === undefined) throw new Error(`${file} has no \`${start}…\` below "${heading}"`);
  return found[1]!;
}

/** Lets a bundle import the TypeScript below a heading: `guide:A cron trigger of Workers`. */
export function guidePlugin(file: string): Plugin {
  return {
    name: "guide",
    setup(setup) {
      setup.onResolve({ filter: /^guide:/ }, ({ path: name }) => ({ path: name, namespace: "guide" }));
      setup.onLoad({ filter: /.*/, namespace: "guide" }, ({ path: name }) => ({
        contents: snippetBelow(file, name.slice("guide:".length)),
        loader: "ts",
        resolveDir: ROOT,
      }));
    },
  };
}
