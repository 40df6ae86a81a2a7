/** Kills writers in the middle of their writes, and looks at what is left. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { SqliteArchive } from "../../src/archive/sqlite.ts";
import { START } from "./points.ts";
import type { SqliteProgram } from "./sqlite-process.ts";

const MINUTE_MS = 60_000;
/** Readings of each round begin this many minutes after those of the round before. */
const ROUND_MINUTES = 10_000;
const MAX_WAIT_MS = 12;

/** Kills two writers of one file in each round. @returns Numbers of readings that were acknowledged, and that are there. */
export async function checkKills(
  program: SqliteProgram,
  file: string,
  rounds: number,
): Promise<{ readonly acknowledged: number; readonly kept: number }> {
  let acknowledged = 0;
  let kept = 0;
  for (let round = 0; round < rounds; round++) {
    const first = round * ROUND_MINUTES;
    const minutes = await program.killTwoWriters(file, first, (round * 7.3) % MAX_WAIT_MS);
    const archive = new SqliteArchive({ file });
    const found: number[] = [];
    for await (const { datetime } of archive.read({ from: new Date(START + first * MINUTE_MS) })) {
      found.push((datetime.getTime() - START) / MINUTE_MS);
    }
    await archive.close();
    const there = new Set(found.map(Math.floor));
    assert.equal(there.size, found.length, `round ${round}: a reading is there twice`);
    const lost = minutes.filter((minute) => !there.has(minute));
    assert.deepEqual(lost, [], `round ${round}: lost`);
    acknowledged += minutes.length;
    kept += found.length;
  }
  const database = new DatabaseSync(file);
  assert.equal(Object.values(database.prepare("PRAGMA integrity_check").get()!)[0], "ok");
  database.close();
  return { acknowledged, kept };
}
