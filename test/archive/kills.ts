/** Kills writers in the middle of their writes, and looks at what is left. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Redis } from "ioredis";
import type { GlucoseArchive } from "../../src/archive/index.ts";
import { RedisArchive } from "../../src/archive/redis.ts";
import { SqliteArchive } from "../../src/archive/sqlite.ts";
import type { ArchiveProgram } from "./archive-process.ts";
import { START } from "./points.ts";

const MINUTE_MS = 60_000;
/** Readings of each round begin this many minutes after those of the round before. */
const ROUND_MINUTES = 10_000;
const MAX_WAIT_MS = 12;

/** Numbers of readings that were acknowledged, and that are there. */
export interface KillCounts {
  readonly acknowledged: number;
  readonly kept: number;
}

interface KillRounds {
  readonly program: ArchiveProgram;
  readonly place: { readonly file: string; readonly url?: string };
  readonly rounds: number;
  readonly open: () => GlucoseArchive;
  readonly onRound?: ((round: number) => void) | undefined;
}

/** Kills two writers of one SQLite file in each round, and checks the file at the end. */
export async function checkSqliteKills(
  program: ArchiveProgram,
  file: string,
  rounds: number,
  onRound?: (round: number) => void,
): Promise<KillCounts> {
  const open = (): SqliteArchive => new SqliteArchive({ file });
  const counts = await checkKills({ program, place: { file }, rounds, open, onRound });
  const database = new DatabaseSync(file);
  assert.equal(Object.values(database.prepare("PRAGMA integrity_check").get()!)[0], "ok");
  database.close();
  return counts;
}

/** Kills two writers of one key in each round. */
export async function checkRedisKills(
  program: ArchiveProgram,
  url: string,
  rounds: number,
  onRound?: (round: number) => void,
): Promise<KillCounts> {
  const place = { url, file: "archive:killed" };
  const client = new Redis(url);
  const open = (): RedisArchive => new RedisArchive(client, { key: place.file });
  try {
    return await checkKills({ program, place, rounds, open, onRound });
  } finally {
    client.disconnect();
  }
}

async function checkKills({ program, place, rounds, open, onRound }: KillRounds): Promise<KillCounts> {
  let acknowledged = 0;
  let kept = 0;
  for (let round = 0; round < rounds; round++) {
    const first = round * ROUND_MINUTES;
    const minutes = await program.killTwoWriters({ ...place, first }, (round * 7.3) % MAX_WAIT_MS);
    const archive = open();
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
    onRound?.(round);
  }
  return { acknowledged, kept };
}
