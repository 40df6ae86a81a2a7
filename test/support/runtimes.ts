import path from "node:path";

const ROOT: string = path.join(import.meta.dirname, "../..");
const bin = (name: string): string => path.join(ROOT, "node_modules/.bin", name);

/** A runtime of this repository's own, and how it runs a TypeScript file, in which arguments may follow. */
export interface Runtime {
  readonly name: string;
  readonly command: (file: string) => readonly string[];
}

/** What the library runs on without a browser. None of them fetches anything of its own accord. */
export const RUNTIMES: readonly Runtime[] = [
  { name: "Node", command: (file) => [process.execPath, file] },
  { name: "Bun", command: (file) => [bin("bun"), "--no-install", file] },
  { name: "Deno", command: (file) => [bin("deno"), "run", "--no-lock", "--cached-only", "--allow-all", file] },
];
