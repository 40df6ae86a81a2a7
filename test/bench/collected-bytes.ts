/** The heap when everything that can be collected has been. */
export async function collectedBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  for (let i = 0; i < 3; i++) {
    // What a turn of the event loop keeps alive ends with it.
    await new Promise(setImmediate);
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}
