/** What the snippets of the web handler's guide respond. */
import { once } from "node:events";
import { createServer, get, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { SqliteArchive } from "../../src/archive/sqlite.ts";
import type { WebHandler } from "../../src/web/index.ts";
import type { SnippetModule } from "./execute.ts";
import { bodyOf, ENV, handled, PAGE_TOKEN, type Run } from "./uses.ts";

/** Reads the page without the token, then with it. */
async function pageOf(handle: WebHandler["fetch"], path = "/"): Promise<string> {
  const url = `https://clock.example.com${path}`;
  const { status } = await handle(new Request(url));
  const page = await handle(new Request(url, { headers: { authorization: `Bearer ${PAGE_TOKEN}` } }));
  return `${status} ${page.status} ${page.headers.get("content-type")}`;
}

/** Ends the handler that the snippet exports, after its use. */
async function closing({ handler }: SnippetModule, use: () => Promise<string>): Promise<string> {
  return use().finally(() => (handler as WebHandler).close());
}

const PAGE = /^401 200 text\/html/;
const LOGIN = new URLSearchParams({ token: PAGE_TOKEN });

/** By file and title. */
export const WEB_RUNS: Readonly<Record<string, Run>> = {
  "src/web/README.md, Web": { use: handled, prints: /^\d{3} / },
  "src/web/README.md, Workers": {
    use: async ({ default: worker }) => {
      const { fetch } = worker as { fetch: (request: Request, env: unknown) => Promise<Response> };
      return pageOf((request) => fetch(request, ENV));
    },
    prints: PAGE,
  },
  "src/web/README.md, Bun and Deno": {
    use: (module) => closing(module, () => pageOf((module["default"] as WebHandler).fetch)),
    prints: PAGE,
  },
  "src/web/README.md, Next.js": {
    use: async ({ GET, POST }) => {
      const login = new Request("https://clock.example.com/glucose/login", { method: "POST", body: LOGIN });
      const { status } = await (POST as WebHandler["fetch"])(login);
      return `${await pageOf(GET as WebHandler["fetch"], "/glucose")} login ${status}`;
    },
    prints: /^401 200 text\/html.* login 303$/,
  },
  "src/web/README.md, Hono": {
    use: (module) => {
      const glucose = module["glucose"] as (context: { req: { raw: Request } }) => Promise<Response>;
      return closing(module, () => pageOf((raw) => glucose({ req: { raw } }), "/glucose"));
    },
    prints: PAGE,
  },
  "src/web/README.md, Express": {
    use: (module) =>
      closing(module, async () => {
        const server = createServer(module["glucose"] as RequestListener).listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address() as AddressInfo;
        const headers = { authorization: `Bearer ${PAGE_TOKEN}` };
        const path = "/glucose/api/current";
        try {
          return await bodyOf(get({ port, path, headers, host: "127.0.0.1", agent: false }));
        } finally {
          server.close();
        }
      }),
    prints: /^200 .*"mgDl":\d+/,
  },
  "src/web/README.md, Several wearers, archives and alarms": {
    use: (module) =>
      closing(module, async () => {
        const page = await pageOf((module["handler"] as WebHandler).fetch);
        const kept = ["anna.db", "ben.db"].map(async (file) => {
          const archive = new SqliteArchive({ file: path.resolve(file) });
          return (await archive.latest().finally(() => archive.close())) !== undefined;
        });
        return `${page} kept ${(await Promise.all(kept)).join(" ")}`;
      }),
    prints: /^401 200 text\/html.* kept true true$/,
  },
  "src/web/README.md, Behind a proxy": {
    use: (module) =>
      closing(module, async () => {
        const login = (address: string, token: string) =>
          (module["handler"] as WebHandler).fetch(
            new Request("http://glucose.example.com/login", {
              method: "POST",
              body: new URLSearchParams({ token }),
              headers: { "x-forwarded-for": `198.51.100.9, ${address}`, "x-forwarded-proto": "https" },
            }),
          );
        for (let guess = 0; guess < 10; guess++) await login("192.0.2.1", `wrong-token-${guess}`);
        const { status } = await login("192.0.2.1", PAGE_TOKEN);
        const { headers } = await login("192.0.2.2", PAGE_TOKEN);
        return `${status} ${headers.get("set-cookie")}`;
      }),
    prints: /^429 .*; Secure$/,
  },
};
