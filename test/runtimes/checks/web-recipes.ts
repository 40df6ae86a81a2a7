/** The recipes of the web handler's guide in their hosts. Run by `npm run test:runtimes`. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureBuilt } from "../../support/built.ts";
import { EventReader, type ServerEvent } from "../../web/event-reader.ts";
import { PAGE_TOKEN } from "../recipes/account.ts";
import { HOSTS } from "../recipes/hosts.ts";
import type { RecipeServer } from "../recipes/server.ts";

const HEADERS = { authorization: `Bearer ${PAGE_TOKEN}` };
const WAIT_LIMIT_MS = 40_000;

/** Waits until something is so, and fails the test if it never is. */
async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const endsAt = performance.now() + WAIT_LIMIT_MS;
  while (!(await isSo())) {
    assert.ok(performance.now() < endsAt, `waited in vain: ${what}`);
    await sleep(25);
  }
}

before(ensureBuilt);

for (const { name, page, isLive, hasIdleLimit = false, start } of HOSTS) {
  describe(`the guide's recipe for ${name}`, () => {
    let server: RecipeServer | undefined;
    before(async () => {
      server = await start();
    });
    after(() => server?.stop());

    const get = (path: string, { signal, ...init }: RequestInit = { headers: HEADERS }): Promise<Response> => {
      const limit = AbortSignal.timeout(WAIT_LIMIT_MS);
      const either = signal == null ? limit : AbortSignal.any([limit, signal]);
      return fetch(server!.origin + path, { redirect: "manual", ...init, signal: either });
    };
    const below = (path: string): string => page.replace(/\/$/, "") + path;

    it("refuses the readings to a request without the token", async () => {
      for (const path of [page, below("/api/readings"), below("/events")]) {
        const response = await get(path, {});
        assert.equal(response.status, 401, path);
        assert.doesNotMatch(await response.text(), /mgDl|data-points|event: /);
      }
    });

    it("shows the page with a reading", async () => {
      const response = await get(page);
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type")!, /^text\/html/);
      assert.match(await response.text(), /data-points="[^"]*\d+:\d+/);
    });

    it("lets a person in who types the token into the page", async () => {
      const login = await get(below("/login"), {
        method: "POST",
        headers: { origin: server!.origin },
        body: new URLSearchParams({ token: PAGE_TOKEN }),
      });
      assert.equal(login.status, 303, await login.text());
      const cookie = login.headers.get("set-cookie")!.split(";")[0]!;
      assert.equal((await get(login.headers.get("location")!, { headers: { cookie } })).status, 200);
    });

    it("sends readings as JSON", async () => {
      const response = await get(below("/api/readings?count=3"));
      assert.equal(response.status, 200);
      const { readings } = (await response.json()) as { readings: readonly { mgDl: number }[] };
      assert.equal(readings.length, 3);
      for (const { mgDl } of readings) assert.ok(mgDl >= 39 && mgDl <= 401, String(mgDl));
    });

    if (!isLive) {
      it("has no events, and says what to read in their place", async () => {
        const response = await get(below("/events"));
        assert.equal(response.status, 404);
        assert.match(await response.text(), /\/api\/current/);
      });
      return;
    }

    it("sends events, and forgets a viewer whose connection is closed", async () => {
      const gone = new AbortController();
      const response = await get(below("/events"), { headers: HEADERS, signal: gone.signal });
      assert.equal(response.status, 200);
      const reader = new EventReader(response);
      await until("the first event", () => reader.events.length > 0);
      const [{ event, data }] = reader.events as [ServerEvent];
      assert.equal(event, "snapshot");
      assert.ok(data.wearers[0].readings.length > 0, "the snapshot has readings");
      assert.equal((await get(below("/events"))).status, 503, "there is room for one viewer");
      gone.abort();
      await until("room for another viewer", async () => {
        const next = await get(below("/events"));
        await next.body?.cancel();
        return next.status === 200;
      });
    });

    if (!hasIdleLimit) return;

    it("keeps the stream of events open from one tick to the next", async () => {
      let response: Response | undefined;
      await until("room for a viewer", async () => {
        response = await get(below("/events"));
        return response.status === 200;
      });
      const reader = new EventReader(response!);
      let isOpen = true;
      void reader.done.then(() => (isOpen = false));
      const ticks = (): number => reader.events.filter(({ event }) => event === "tick").length;
      const first = ticks();
      await until("two ticks", () => !isOpen || ticks() > first + 1);
      assert.ok(isOpen, "the stream has ended between two ticks");
      await reader.leave();
    });
  });
}
