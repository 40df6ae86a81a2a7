/** The command in this process, with everything that it has of the world in the test's hands. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import type { Clock } from "../../src/index.ts";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";
import { fixedClock } from "./moment.ts";

deriveKeysQuickly();

const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-command-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** A place for sessions or archives that is not there yet. */
export function newDirectory(): string {
  return path.join(folder, randomUUID());
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly env?: Record<string, string>;
  /** @default "dexcom-share-ts" */
  readonly calledAs?: string;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** Both outputs are a terminal of this many columns. @default pipes */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  readonly signal?: AbortSignal;
  /** Where runs find the sessions of earlier ones. @default one that no other run has */
  readonly cacheDirectory?: string;
  /** Where runs find the archives of earlier ones. @default one that no other run has */
  readonly dataDirectory?: string;
  /** Called after each write with all text so far, to interrupt at a certain point. */
  readonly onOutput?: (text: { readonly stdout: string; readonly stderr: string }) => void;
  /** What a person types, each answer once a question ends in what stands before it. */
  readonly answers?: readonly (readonly [question: RegExp, answer: string])[];
}

/** Only a hang takes longer, however busy the machine is. */
const PATIENCE_MS = 120_000;

/** Fails whoever asks the network: a test that needs it has its own. */
const noNetwork: typeof fetch = () => Promise.reject(new Error("this test has no network"));

export async function runHere(argv: readonly string[], world: World = {}): Promise<Ran> {
  const text = { stdout: "", stderr: "" };
  const stdin = Object.assign(new PassThrough(), { isTTY: world.answers !== undefined });
  const answers = [...(world.answers ?? [])];
  const output = (name: keyof typeof text): Io["stdout"] => ({
    write(chunk) {
      text[name] += chunk;
      world.onOutput?.(text);
      const [next] = answers;
      if (name !== "stderr" || next === undefined || !next[0].test(text.stderr)) return;
      answers.shift();
      setImmediate(() => stdin.write(next[1]));
    },
    ...(world.terminal ?? (world.answers && { columns: 80, rows: 24 })),
    isTTY: world.terminal !== undefined || world.answers !== undefined,
  });
  const ending = run(argv, {
    stdin,
    stdout: output("stdout"),
    stderr: output("stderr"),
    calledAs: world.calledAs ?? "dexcom-share-ts",
    env: world.env ?? {},
    cacheDirectory: world.cacheDirectory ?? newDirectory(),
    dataDirectory: world.dataDirectory ?? newDirectory(),
    clock: world.clock ?? fixedClock,
    fetch: world.fetch ?? noNetwork,
    signal: world.signal ?? new AbortController().signal,
  });
  let timer: NodeJS.Timeout | undefined;
  const hanging = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`hangs, after ${text.stdout}${text.stderr}`)), PATIENCE_MS);
  });
  const exitCode = await Promise.race([ending, hanging]).finally(() => clearTimeout(timer));
  assert.equal(answers.length, 0, `never asked: ${String(answers[0]?.[0])}`);
  return { exitCode, ...text };
}

/**
 * Polls for what takes real time, such as the loading of modules and files. A virtual clock does not wait for that, so a
 * test that moves it too early moves it past the first request.
 */
export async function until(condition: () => boolean): Promise<void> {
  const isLate = AbortSignal.timeout(PATIENCE_MS);
  while (!condition()) {
    if (isLate.aborted) throw new Error("did not happen");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const PICTURES = path.join(import.meta.dirname, "pictures");

/** Holds `actual` against what is stored under this name. `UPDATE_PICTURES=1` stores it instead: look at the difference. */
export function assertStored(name: string, actual: string): void {
  const file = path.join(PICTURES, `${name}.txt`);
  if (process.env["UPDATE_PICTURES"] === "1") {
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(file, actual);
  }
  assert.ok(existsSync(file), `${name} is not stored`);
  assert.equal(actual, readFileSync(file, "utf8"), `not the stored ${name}`);
}

/** Without the escape sequences that colour a text. */
export function withoutColour(text: string): string {
  // eslint-disable-next-line no-control-regex -- the character that begins them
  return text.replace(/\u001b\[\d+m/g, "");
}
