/** The recipes of the web handler's guide, each in the host that it is written for. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { ShareSimulator } from "../../../src/simulator/index.ts";
import { ENTRIES, ROOT } from "../../support/entries.ts";
import { installedCommand } from "../../support/installed.ts";
import { guidePlugin, inlineCodeBelow, snippetBelow } from "../guide.ts";
import { startMiniflare } from "../miniflare.ts";
import { ACCOUNT, RECIPE_ENV } from "./account.ts";
import { startServer, type RecipeServer } from "./server.ts";

const SERVICE = pathToFileURL(path.join(import.meta.dirname, "service.ts")).href;
const GUIDE = "src/web/README.md";

export interface RecipeHost {
  readonly name: string;
  /** Path of the page. */
  readonly page: string;
  /** `false` if the recipe has no events. */
  readonly isLive: boolean;
  /** `true` if the host ends quiet connections. */
  readonly hasIdleLimit?: boolean;
  start(): Promise<RecipeServer>;
}

/**
 * The recipe, with the simulator in place of the service. There is room for a single viewer, so that a second one shows
 * if the first is gone.
 */
function recipe(heading: string): string {
  const code = snippetBelow(GUIDE, heading);
  const changed = code.replace("authorize: ", "maxViewers: 1, authorize: ");
  if (changed === code) throw new Error(`the recipe "${heading}" has no authorize`);
  return `import ${JSON.stringify(SERVICE)};\n${changed}`;
}

/** Starts Node with a file that puts the recipe into its router by the code of the guide's sentence. */
function startNode(heading: string, server: (route: string) => string): Promise<RecipeServer> {
  const files = { "page.ts": recipe(heading), "server.ts": server(inlineCodeBelow(GUIDE, heading, "app.all(")) };
  return startServer(files, [process.execPath, "server.ts"]);
}

const expressServer = (route: string): string => `
import express from "express";
import { glucose } from "./page.ts";
const app = express();
${route};
app.use(express.json());
const server = app.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
`;

const honoServer = (route: string): string => `
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { glucose } from "./page.ts";
const app = new Hono();
${route};
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => console.log("http://127.0.0.1:" + port));
`;

/** Starts the Worker as it is in the guide. Its requests to the service reach the simulator. */
async function startWorker(): Promise<RecipeServer> {
  const { outputFiles } = await build({
    stdin: { contents: 'export { default } from "guide:Workers";', resolveDir: ROOT },
    alias: Object.fromEntries(ENTRIES.map(({ specifier, source }) => [specifier, path.join(ROOT, source)])),
    plugins: [guidePlugin(GUIDE)],
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    write: false,
    tsconfigRaw: {},
  });
  const simulator = new ShareSimulator({ accounts: [ACCOUNT] });
  const workerd = startMiniflare({
    modules: true,
    script: outputFiles[0]!.text,
    bindings: RECIPE_ENV,
    compatibilityDate: "2026-01-01",
    outboundService: async ({ url, method, headers, body }) =>
      simulator.fetch(url, { method, headers: [...headers], body: body && (await new Response(body).text()) }),
  });
  const { origin } = new URL(String(await workerd.ready));
  return { origin, stop: () => workerd.dispose() };
}

/** Starts a runtime with the command of the guide's sentence, on any port that is free. */
function startByCommand(name: string, flags: readonly string[]): Promise<RecipeServer> {
  const [, ...args] = inlineCodeBelow(GUIDE, "Bun and Deno", `${name} `).split(" ");
  const isCommand = args[0] === "serve";
  const given = [...args.slice(0, Number(isCommand)), ...flags, ...args.slice(Number(isCommand))];
  const command = [installedCommand("test/runtimes/releases", name), ...given.map((part) => part.replace("8080", "0"))];
  return startServer({ "page.ts": recipe("Bun and Deno").replace("port: 8080", "port: 0") }, command);
}

export const HOSTS: readonly RecipeHost[] = [
  { name: "Workers, in workerd", page: "/", isLive: false, start: startWorker },
  { name: "Bun", page: "/", isLive: true, hasIdleLimit: true, start: () => startByCommand("bun", ["--no-install"]) },
  {
    name: "Deno",
    page: "/",
    isLive: true,
    start: () => startByCommand("deno", ["--no-lock", "--cached-only", "--node-modules-dir=manual"]),
  },
  { name: "Hono, in Node", page: "/glucose", isLive: true, start: () => startNode("Hono", honoServer) },
  { name: "Express, in Node", page: "/glucose", isLive: true, start: () => startNode("Express", expressServer) },
];
