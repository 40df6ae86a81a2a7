/** What the runtimes print of an uncaught error. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { NODE, OTHER_RUNTIMES } from "../../support/runtimes.ts";

const PROGRAM = path.join(import.meta.dirname, "../uncaught/program.ts");
const CALLER_LINE = readFileSync(PROGRAM, "utf8").split("// the caller's line")[0]!.split("\n").length;

/** Class, message and the start of the advice. */
const ERRORS = [
  ["AccountError", "Failed to authenticate", "A wrong password, an unknown user and a wrong region"],
  ["NetworkError", "No response from share2.dexcom.com (UND_ERR_SOCKET)", "Check the internet connection"],
] as const;

/** Deno prints no own property of an uncaught error: there a program prints `advice` itself. */
const PRINTS_NO_PROPERTIES = ["Deno"];

function crash(command: readonly string[], name: string): Promise<string> {
  const env = { ...process.env, DENO_NO_UPDATE_CHECK: "1", DO_NOT_TRACK: "1" };
  return new Promise((resolve, reject) => {
    execFile(command[0]!, [...command.slice(1), name], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error?.code === 1) resolve(stripVTControlCharacters(stderr));
      else reject(new Error(`It did not end with code 1: ${stdout}${stderr}`));
    });
  });
}

for (const { name, command } of [NODE, ...OTHER_RUNTIMES]) {
  describe(`an uncaught error in ${name}`, () => {
    for (const [className, message, advice] of ERRORS) {
      test(`shows the class, the message and the caller's line of a ${className}, and no secret`, async () => {
        const printed = await crash(command(PROGRAM), className);
        assert.ok(printed.includes(`${className}: ${message}\n`), printed);
        assert.match(printed, new RegExp(`readGlucose.*program\\.ts:${CALLER_LINE}\\b`));
        assert.doesNotMatch(printed, /wrong-secret-of-mine|someone@example\.com/);
        if (!PRINTS_NO_PROPERTIES.includes(name)) assert.ok(printed.includes(advice), printed);
      });
    }
  });
}
