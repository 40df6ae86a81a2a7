import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { Interruption } from "../../src/cli/io.ts";
import { ShareSimulator, VirtualClock, type ReadingInput } from "../../src/simulator/index.ts";
import { runHere, until, type Ran, type World } from "./harness.ts";
import { NOW } from "./moment.ts";

const MINUTE_MS = 60_000;
export const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
export const ENV: Readonly<Record<string, string>> = {
  DEXCOM_USERNAME: ACCOUNT.username,
  DEXCOM_PASSWORD: ACCOUNT.password,
  PATH: process.env["PATH"] ?? "",
};

/** A low of half an hour that begins 10 minutes from now. */
export const READINGS: ReadingInput[] = Array.from({ length: 40 }, (_, i) => i - 20).map((slot) => ({
  datetime: NOW + slot * 5 * MINUTE_MS,
  availableAt: NOW + slot * 5 * MINUTE_MS + 18_000,
  mgDl: slot >= 2 && slot < 8 ? 65 : 110,
}));

export const folder: string = mkdtempSync(path.join(tmpdir(), "dexcom-share-alarms-"));

after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Returns a path in the test's folder that nothing is stored at. */
export const newPath = (): string => path.join(folder, `file-${files++}`);

/** Writes a file of the test's own, and returns its path. */
export function fileOf(content: string, mode = 0o600): string {
  const file = newPath();
  writeFileSync(file, content, { mode });
  return file;
}

export async function watchFor(
  minutes: number,
  argv: readonly string[],
  { startMs = NOW, until: condition, ...world }: World & { startMs?: number; until?: () => boolean } = {},
): Promise<Ran> {
  const clock = new VirtualClock(startMs);
  const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: READINGS }], clock });
  const interrupted = new AbortController();
  const running = runHere(["watch", ...argv], {
    env: ENV,
    fetch: simulator.fetch,
    clock,
    signal: interrupted.signal,
    ...world,
  });
  // The files that are read before the first request take real time.
  await until(() => simulator.requests.length > 0 && clock.sleeping > 0);
  await clock.advance(minutes * MINUTE_MS);
  if (condition) await until(condition);
  interrupted.abort(new Interruption(2));
  const ran = await running;
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary/, "a secret got out");
  return ran;
}
