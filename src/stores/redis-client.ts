/** Methods that the clients of both packages have. */
interface RedisClient {
  get(key: string): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/** A connected client of the package `redis` (node-redis), as far as it is used here. */
export interface NodeRedisClient extends RedisClient {
  readonly isOpen: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of the package `ioredis`, as far as it is used here. */
export interface IoRedisClient extends RedisClient {
  readonly status: string;
  eval(script: string, numkeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** Runs a script on one key, so that a cluster can place the keys as it likes. */
export function evalScript(
  client: NodeRedisClient | IoRedisClient,
  script: string,
  { key, args }: { readonly key: string; readonly args: readonly string[] },
): Promise<unknown> {
  return "isOpen" in client
    ? client.eval(script, { keys: [key], arguments: [...args] })
    : client.eval(script, 1, key, ...args);
}

/** Recognizes a client. Those of other packages have an `eval` too, which takes its arguments in other ways. */
export function isRedisClient(client: unknown): boolean {
  const { get, del, eval: run, isOpen, status } = Object(client) as Partial<Record<string, unknown>>;
  const hasMethods = [get, del, run].every((method) => typeof method === "function");
  return hasMethods && (typeof isOpen === "boolean" || typeof status === "string");
}
