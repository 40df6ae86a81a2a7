import assert from "node:assert/strict";
import { systemClock } from "../../src/clock.ts";
import { runHere, type World } from "./harness.ts";

interface Serving extends World {
  /** Arguments besides `serve --port 0`. @default "--simulate" */
  readonly args?: string;
  /** Last text that the command prints before it waits. */
  readonly ready?: RegExp;
}

/** Runs `serve` until `use` is done with its address, then interrupts it as Ctrl-C does. */
export async function serving(
  { args = "--simulate", ready = /ends it\)\n/, ...world }: Serving,
  use: (url: string, stdout: string) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  let printed: (stdout: string) => void = () => undefined;
  const first = new Promise<string>((resolve) => (printed = resolve));
  const running = runHere(["serve", "--port", "0", ...args.split(" ")], {
    clock: systemClock,
    ...world,
    signal: controller.signal,
    onOutput: ({ stdout }) => {
      if (ready.test(stdout)) printed(stdout);
    },
  });
  const stdout = await Promise.race([
    first,
    running.then(({ stderr }) => Promise.reject<string>(new Error(`ended: ${stderr}`))),
  ]);
  try {
    await use(/http:\S+(?= \(Ctrl-C)/.exec(stdout)![0], stdout);
  } finally {
    controller.abort();
    assert.equal((await running).exitCode, 0);
  }
}
