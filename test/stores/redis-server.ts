/** A `redis-server` of the tests' own, on a free port of loopback. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";

/** Set if the absence of Redis is a failure. */
const isRequired = process.env["TEST_REDIS"] === "required";
const isPresent = spawnSync("redis-server", ["--version"]).status === 0;
if (isRequired && !isPresent) throw new Error("redis-server is not installed, and TEST_REDIS=required");

/** For a test's `skip`: why it can't run, or `false`. */
export const noRedis: string | false = isPresent
  ? false
  : "redis-server is not installed (Debian: apt-get install redis-server)";

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends it as a power failure would; without a folder, what it held is gone. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/**
 * @param folder Folder of a server that keeps on disk what it has confirmed. @default nothing is kept
 * @param fsync When it is safe from a power failure: `"always"` before it is confirmed. A killed server loses nothing.
 */
export async function startRedis(folder?: string, fsync: "always" | "everysec" = "always"): Promise<RedisServer> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const options = [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      ...(folder === undefined ? ["--appendonly", "no"] : ["--appendonly", "yes", "--appendfsync", fsync]),
      "--dir",
      folder ?? tmpdir(),
    ];
    const started = spawn("redis-server", options, { stdio: ["ignore", "pipe", "ignore"] });
    server = started;
    let said = "";
    for await (const chunk of started.stdout as AsyncIterable<Buffer>) {
      said += chunk.toString();
      if (said.includes("Ready to accept connections")) break;
    }
    if (started.exitCode !== null) throw new Error(`redis-server did not start: ${said}`);
  };
  const stop = async (): Promise<void> => {
    if (server?.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  };
  await start();
  return { port, url: `redis://127.0.0.1:${port}`, start, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
