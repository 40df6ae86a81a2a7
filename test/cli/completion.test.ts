import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { SUBCOMMANDS } from "../../src/cli/commands/index.ts";
import { runHere } from "./harness.ts";

/** A shell that is missing on this machine has its script checked by what it must contain alone. */
const has = (shell: string): boolean => spawnSync(shell, ["--version"]).error === undefined;
const scriptFor = async (shell: string): Promise<string> => (await runHere(["completion", shell])).stdout;

describe("completion", () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    test(`${shell}: names every subcommand and every option`, async () => {
      const { exitCode, stdout, stderr } = await runHere(["completion", shell]);
      assert.deepEqual([exitCode, stderr], [0, ""]);
      for (const { name, options } of SUBCOMMANDS) {
        assert.ok(stdout.includes(name), name);
        for (const { long } of options) assert.ok(stdout.includes(long!.slice(2)), `${name} ${long!}`);
      }
      for (const word of ["compression-low", "mmol/L", "ous", "resume", "fish"]) assert.ok(stdout.includes(word), word);
    });

    test(`${shell}: parses the script`, { skip: !has(shell) && `no ${shell}` }, async () => {
      const { status, stderr } = spawnSync(shell, ["-n"], { input: await scriptFor(shell), encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""]);
    });
  }

  test("asks for one of the three shells", async () => {
    for (const argv of [["completion"], ["completion", "tcsh"], ["completion", "bash", "zsh"]]) {
      const ran = await runHere(argv);
      assert.deepEqual([ran.exitCode, ran.stdout], [2, ""], argv.join(" "));
    }
  });
});

describe("completion in bash", { skip: !has("bash") && "no bash" }, () => {
  const complete = async (...words: string[]): Promise<string[]> => {
    const script = `${await scriptFor("bash")}
COMP_WORDS=(dexcom-share-ts "$@"); COMP_CWORD=$#
_dexcom_share_ts
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, "bash", ...words], { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.split("\n").filter(Boolean);
  };

  for (const [words, expected] of [
    [["re"], ["readings"]],
    [
      ["readings", "--si"],
      ["--simulate", "--since"],
    ],
    [["--unit", "mm"], ["mmol/L"]],
    [
      ["chart", "--region", ""],
      ["us", "ous", "jp"],
    ],
    [
      ["--scenario", "s"],
      ["steady", "stale", "sensor-change"],
    ],
    [["followers", "p"], ["pause"]],
    [["--unit", "mmol/L", "readings", "--cs"], ["--csv"]],
    [["completion", "f"], ["fish"]],
    [["chart", "--width", ""], []],
    [["latest", "--csv"], []],
  ] as const) {
    test(`completes ${words.join(" ")}`, async () => {
      assert.deepEqual((await complete(...words)).sort(), [...expected].sort());
    });
  }

  test("completes the file of --env-file", async () => {
    assert.deepEqual(await complete("--env-file", "package.js"), ["package.json"]);
  });
});
