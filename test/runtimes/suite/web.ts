import { bearer, createHandler } from "dexcom-share-ts/web";
import { equal, holds, simulated, type Case } from "./case.ts";

const TOKEN = "0123456789abcdef0123";
const ORIGIN = "http://glucose.example";
const AUTHORIZED = { headers: { authorization: `Bearer ${TOKEN}` } };

export const WEB: readonly Case[] = [
  [
    "a handler serves JSON and pictures to whoever knows the token",
    async () => {
      const { dexcom, clock } = simulated();
      const handler = createHandler({ source: dexcom, authorize: bearer(TOKEN), clock });
      const get = (path: string, init?: RequestInit): Promise<Response> =>
        handler.fetch(new Request(ORIGIN + path, init));
      equal((await get("/api/current")).status, 401);
      const current = await get("/api/current", AUTHORIZED);
      equal(current.status, 200);
      const { wearers } = (await current.json()) as { wearers: readonly { isStale: boolean }[] };
      equal(wearers.length, 1);
      const chart = await get("/chart.svg?hours=3", AUTHORIZED);
      holds((await chart.text()).startsWith("<svg "), "it is a picture");
      const tag = chart.headers.get("etag")!;
      const again = await get("/chart.svg?hours=3", { headers: { ...AUTHORIZED.headers, "if-none-match": tag } });
      equal(again.status, 304);
      handler.close();
      await new Promise((resolve) => setTimeout(resolve, 0));
      equal(clock.sleeping, 0);
    },
  ],
  [
    "a handler that is not live leaves nothing running between two requests",
    async () => {
      const { dexcom, clock } = simulated();
      const { fetch } = createHandler({ source: dexcom, public: true, live: false, clock });
      const response = await fetch(new Request(`${ORIGIN}/api/readings?count=3`));
      const { readings } = (await response.json()) as { readings: readonly unknown[] };
      equal(readings.length, 3);
      equal(clock.sleeping, 0);
    },
  ],
];
