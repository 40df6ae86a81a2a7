/** In a file of its own, because it takes longest: most of the time is the start of 200 processes. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { buildArchiveProgram, type ArchiveProgram } from "./archive-process.ts";
import { checkSqliteKills } from "./kills.ts";

const KILLS = 200;

let program: ArchiveProgram;
before(async () => {
  program = await buildArchiveProgram("sqlite");
});
after(() => program.remove());

test(`${KILLS} SIGKILLs of two writers lose nothing that was acknowledged and double nothing`, async () => {
  const file = path.join(program.folder, "killed", "glucose.db");
  const { acknowledged, kept } = await checkSqliteKills(program, file, KILLS / 2);
  assert.ok(acknowledged > KILLS / 2 && kept >= acknowledged);
});
