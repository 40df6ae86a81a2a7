import { inspect, type InspectOptions } from "node:util";

/** What the runtimes other than Node print a value with. */
interface Printers {
  readonly Bun?: { inspect(value: unknown, options?: object): string };
  readonly Deno?: { inspect(value: unknown, options?: object): string };
}

const EVERYTHING: InspectOptions = {
  showHidden: true,
  depth: Infinity,
  getters: true,
  maxArrayLength: null,
  maxStringLength: null,
};

/** Every text that a program can make of a value without knowing what it is. */
export function* textsOf(value: unknown): Generator<string> {
  yield* printed(value);
  for (const part of parts(value)) if (typeof part === "string") yield part;
  // What is sent to another thread.
  const clone = attempt(() => structuredClone(value));
  if (Object(clone) === clone) yield* printed(clone);
}

function* printed(value: unknown): Generator<string> {
  const { Bun, Deno } = globalThis as Printers;
  yield attempt(() => String(value)) ?? "";
  yield attempt(() => JSON.stringify(value)) ?? "";
  yield inspect(value);
  yield inspect(value, EVERYTHING);
  yield inspect(value, { ...EVERYTHING, customInspect: false });
  if (Bun) yield Bun.inspect(value, { depth: 100 });
  if (Deno) yield Deno.inspect(value, { depth: 100, showHidden: true, getters: true, strAbbreviateSize: 1e9 });
}

/** All that can be reached from a value by its properties: its own, hidden ones and those of its classes. */
function parts(root: unknown): Set<unknown> {
  const found = new Set<unknown>();
  const queue = [root];
  for (let value = queue.pop(); queue.length > 0 || value !== undefined; value = queue.pop()) {
    if (found.has(value)) continue;
    found.add(value);
    if (Object(value) !== value || typeof value === "function") continue;
    for (
      let holder: object | null = value as object;
      holder && holder !== Object.prototype;
      holder = Object.getPrototypeOf(holder) as object | null
    ) {
      for (const key of Reflect.ownKeys(holder)) {
        queue.push(
          key.toString(),
          attempt(() => Reflect.get(holder, key, value) as unknown),
        );
      }
    }
  }
  return found;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
