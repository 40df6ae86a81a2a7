import { installedCommand } from "./installed.ts";

const bin = (name: string): string => installedCommand("test/runtimes/releases", name);

/** A runtime that runs a TypeScript file. */
export interface Runtime {
  readonly name: string;
  /** The command line, to which arguments may be added. */
  readonly command: (file: string) => readonly string[];
}

/** The runtime of `npm test`. */
export const NODE: Runtime = { name: "Node", command: (file) => [process.execPath, file] };

/** The other runtimes without a browser, which `npm run test:runtimes` installs. They fetch nothing by themselves. */
export const OTHER_RUNTIMES: readonly Runtime[] = [
  { name: "Bun", command: (file) => [bin("bun"), "--no-install", file] },
  { name: "Deno", command: (file) => [bin("deno"), "run", "--no-lock", "--cached-only", "--allow-all", file] },
];
