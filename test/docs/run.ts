/**
 * `npm run docs`: installs TypeDoc and writes the API documentation, made of the doc comments, into coverage/docs. Fails
 * if TypeDoc warns of anything, such as a link that leads nowhere.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { ENTRIES, ROOT } from "../support/entries.ts";
import { ensureInstalled, installedCommand } from "../support/installed.ts";

const FOLDER = "test/docs";
/** A folder that git ignores. */
const OUT = "coverage/docs";

/** Parts of exported types that no caller names: TypeDoc shows them in place. */
const PARTS = ["AccountIdOption", "CacheMethod", "ClientOptions", "KeyValueReader", "ReadingWindow", "UsernameOption"];

ensureInstalled(FOLDER);
const options = {
  out: OUT,
  name: "dexcom-share-ts",
  readme: "README.md",
  tsconfig: "tsconfig.json",
  excludeInternal: true,
  excludePrivate: true,
  sort: "source-order",
  disableGit: true,
  sourceLinkTemplate: "{path}#L{line}",
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  "validation.invalidLink": true,
  "validation.invalidPath": true,
  "validation.rewrittenLink": true,
  "validation.unusedMergeModuleWith": true,
  "validation.notExported": true,
};
const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
const parts = PARTS.flatMap((name) => ["--intentionallyNotExported", name]);
const entries = ENTRIES.flatMap(({ source }) => ["--entryPoints", source]);
const typedoc = installedCommand(FOLDER, "typedoc");
const { status } = spawnSync(process.execPath, [typedoc, ...flags, ...parts, ...entries], {
  cwd: path.resolve(ROOT),
  stdio: "inherit",
});
process.exitCode = status ?? 1;
