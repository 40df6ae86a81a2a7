/** What the tools say that maintainers judge a package by: nothing. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { ROOT } from "../support/entries.ts";
import type { PackedPackage } from "./packed.ts";

const run = promisify(execFile);

export async function checkPublint({ folder }: PackedPackage): Promise<void> {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true, pack: false });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  );
}

/** In its strictest form: every resolution, the oldest too, and no rule left out. */
export function checkAreTheTypesWrong({ tarball }: PackedPackage): Promise<void> {
  return runTool("@arethetypeswrong/cli/dist/index.js", tarball, "--profile", "strict", "--format", "table-flipped");
}

/** Files, exports and packages that nothing uses, and packages that are used without being named. */
export function checkKnip(): Promise<void> {
  return runTool("knip/bin/knip.js", "--treat-config-hints-as-errors");
}

async function runTool(program: string, ...args: string[]): Promise<void> {
  try {
    await run(process.execPath, [path.join(ROOT, "node_modules", program), ...args], { cwd: ROOT });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    assert.fail(stripVTControlCharacters(`${stdout}${stderr}`).trim() || String(error));
  }
}
