/** The client that BullMQ uses, as far as scripts need it: of `ioredis`, `redis` or Bun. */
export interface ScriptClient {
  defineCommand(name: string, definition: { numberOfKeys: number; lua: string }): void;
  runCommand(name: string, args: unknown[]): Promise<unknown>;
}

type Argument = string | number;

/** Scripts of the fleet on one connection. Each runs in Redis as one step, whatever other processes do meanwhile. */
export class Scripts {
  readonly #client: () => Promise<ScriptClient>;
  readonly #prefix: string;
  #ready: Promise<ScriptClient> | undefined;
  readonly #defined = new Set<string>();

  constructor(client: () => Promise<ScriptClient>, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  /** Runs a script. `keys` are names without the prefix. */
  async run(
    script: { readonly name: string; readonly lua: string },
    keys: readonly string[],
    args: readonly Argument[] = [],
  ): Promise<unknown> {
    this.#ready ??= this.#client();
    const client = await this.#ready;
    const name = `dexcomFleet:${script.name}`;
    if (!this.#defined.has(name)) client.defineCommand(name, { numberOfKeys: keys.length, lua: script.lua });
    this.#defined.add(name);
    return client.runCommand(name, [...keys.map((key) => `${this.#prefix}:${key}`), ...args]);
  }
}
