/** Functions of a runtime that may let its event loop turn once. */
export interface TurningScope {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: new () => {
    port1: { onmessage: unknown; close(): void };
    port2: { postMessage(message: unknown): void };
  };
  readonly setTimeout: (callback: () => void, ms: number) => unknown;
}

/** More steps than what is pending takes. */
const MICROTASKS = 100;

/**
 * Returns a function that lets everything that is already pending run: with `setImmediate` if the runtime has it, else
 * with a message to itself. `setTimeout` is last, because browsers stretch nested ones to 4 ms.
 */
export function turnOf(scope: TurningScope): () => Promise<void> {
  const { setImmediate, MessageChannel, setTimeout } = scope;
  if (setImmediate !== undefined) return () => new Promise((resolve) => void setImmediate(resolve));
  if (MessageChannel === undefined) return () => new Promise((resolve) => void setTimeout(resolve, 0));
  return () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      let left = MICROTASKS;
      const step = (): void => {
        if (--left > 0) queueMicrotask(step);
      };
      step();
      port1.onmessage = (): void => {
        // An open port keeps some runtimes from exiting.
        port1.close();
        // Workers deliver in the middle of what is pending, so that no turn has passed (workerd 1.20260730).
        if (left > 0) setTimeout(resolve, 0);
        else resolve();
      };
      port2.postMessage(null);
    });
}

/** One turn of the event loop. Looked up on the global object: this module runs in browsers too. */
export const turn: () => Promise<void> = /* @__PURE__ */ turnOf(globalThis as unknown as TurningScope);
