import path from "node:path";

/** Name of the command, and prefix of its messages. */
export const PROGRAM = "dexcom-share-ts";

/** Returns what a person has to type to run the command again, the way this process was called. */
export function calledAs(script: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  // `npx` runs the package without a command on the PATH, so the bare name would not be found.
  if (env["npm_command"] === "exec" && env["npm_lifecycle_event"] === "npx") return `npx ${PROGRAM}`;
  const name = path.basename(script ?? PROGRAM).replace(/\.cmd$/i, "");
  if (name === PROGRAM) return PROGRAM;
  return `node ${path.relative(process.cwd(), script ?? "") || name}`;
}
