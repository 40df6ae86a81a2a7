/** Runs compiled examples in any runtime, with the simulator in the place of the service. */
import { ShareSimulator, SIMULATED_ACCOUNT } from "dexcom-share-ts/simulator";

/** A compiled example, and what it prints. */
export interface CompiledExample {
  readonly name: string;
  readonly printed: string | undefined;
  readonly load: () => unknown;
}

const LIMIT_MS = 20_000;

/** Resolves to what is wrong, by variant; an empty text if all is well. */
export async function runVariants(
  variants: Readonly<Record<string, readonly CompiledExample[]>>,
): Promise<Record<string, string>> {
  const simulator = new ShareSimulator({ accounts: [{ ...SIMULATED_ACCOUNT, generator: { curve: () => 126 } }] });
  globalThis.fetch = simulator.fetch;
  const faults: Record<string, string> = {};
  for (const [id, examples] of Object.entries(variants)) {
    const found: string[] = [];
    for (const example of examples) {
      const fault = await run(example);
      if (fault !== "") found.push(`${example.name}: ${fault}`);
    }
    faults[id] = found.join("; ");
  }
  return faults;
}

/** An example that follows readings has no end: it is done as soon as it has printed what it should. */
async function run({ printed, load }: CompiledExample): Promise<string> {
  const { log } = console;
  const lines: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<string>((resolve) => {
      const pattern = printed === undefined ? undefined : new RegExp(printed);
      const fail = (error: unknown): void => resolve(String(error));
      console.log = (...values: unknown[]) => {
        lines.push(values.join(" "));
        if (pattern?.test(lines.at(-1)!)) resolve("");
      };
      timer = setTimeout(fail, LIMIT_MS, `it printed ${JSON.stringify(lines)}`);
      Promise.resolve(load())
        .then((module) => (module as { example: () => Promise<void> }).example())
        .then(() => {
          if (pattern === undefined) resolve(lines.join("; "));
        })
        .catch(fail);
    });
  } finally {
    clearTimeout(timer);
    console.log = log;
  }
}
