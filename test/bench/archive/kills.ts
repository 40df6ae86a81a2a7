/**
 * Kills writers of one archive, two at a time in the middle of `add()`, and prints what is left:
 * `npm run bench:kills -- --kills=10000 --archive=redis`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { buildArchiveProgram } from "../../archive/archive-process.ts";
import { checkRedisKills, checkSqliteKills, type KillCounts } from "../../archive/kills.ts";
import { startRedis } from "../../stores/redis-server.ts";

const ROUNDS_BETWEEN_REPORTS = 100;

const { values } = parseArgs({
  options: { kills: { type: "string", default: "10000" }, archive: { type: "string", default: "sqlite" } },
});
const rounds = Math.ceil(Number(values.kills) / 2);
const kind = values.archive === "redis" ? "redis" : "sqlite";
const report = (round: number): void => {
  if ((round + 1) % ROUNDS_BETWEEN_REPORTS === 0) console.log(`${(round + 1) * 2} SIGKILLs`);
};

const program = await buildArchiveProgram(kind);
try {
  const { acknowledged, kept } = await (kind === "redis" ? killInRedis() : killInSqlite());
  console.log(
    `${kind}: ${rounds * 2} SIGKILLs, ${acknowledged} readings acknowledged, ${kept} kept, none lost or double`,
  );
} finally {
  await program.remove();
}

async function killInSqlite(): Promise<KillCounts> {
  const folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-kills-"));
  try {
    return await checkSqliteKills(program, path.join(folder, "glucose.db"), rounds, report);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function killInRedis(): Promise<KillCounts> {
  const server = await startRedis();
  try {
    return await checkRedisKills(program, server.url, rounds, report);
  } finally {
    await server.stop();
  }
}
