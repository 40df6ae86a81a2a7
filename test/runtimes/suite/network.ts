import { AccountError, Dexcom, NetworkError, ServerError, TimeoutError, type DexcomOptions } from "dexcom-share-ts";
import { equal, failureOf, holds, rejects, type Case, type World } from "./case.ts";
import { ACCOUNT, AUTHENTICATE, LOG_IN, READ } from "./service.ts";
import { holdsNone } from "./texts.ts";

function client({ baseUrl }: World, options: Partial<DexcomOptions> = {}): Dexcom {
  return new Dexcom({ ...ACCOUNT, baseUrl, retry: { retries: 1 }, ...options } as DexcomOptions);
}

/** With the runtime's own `fetch`, over loopback, in real time. */
export const NETWORK: readonly Case[] = [
  [
    "it reads over HTTP, and a day of it",
    async ({ world }) => {
      const plain = world("plain");
      const dexcom = client(plain);
      const reading = (await dexcom.getLatestGlucoseReading())!;
      const day = await dexcom.getGlucoseReadings();
      holds(day.length > 200 && day[0]!.datetime >= reading.datetime, "there is a day of readings");
      equal(await plain.operations(), [AUTHENTICATE, LOG_IN, READ, READ]);
    },
  ],
  [
    "a wrong password is sent once",
    async ({ world }) => {
      const plain = world("plain");
      const wrong = { password: `wrong for ${plain.baseUrl}` };
      await rejects(client(plain, wrong).getLatestGlucoseReading(), AccountError, "CREDENTIALS_REFUSED");
      await rejects(client(plain, wrong).getLatestGlucoseReading(), AccountError, "CREDENTIALS_REFUSED");
      equal(await plain.operations(), [AUTHENTICATE]);
    },
  ],
  [
    "a redirect is an error, and nobody follows it",
    async ({ world, strays }) => {
      const before = await strays();
      await rejects(client(world("redirect")).getLatestGlucoseReading(), ServerError, "UNEXPECTED_RESPONSE");
      equal(await strays(), before, "the number of requests that followed");
    },
  ],
  [
    "a connection that breaks is a NetworkError within which there is no address and no secret",
    async ({ world }) => {
      for (const name of ["dropped", "broken"]) {
        const error = await rejects(client(world(name)).getLatestGlucoseReading(), NetworkError, "NETWORK_FAILED");
        holdsNone(error, ["/worlds/", ACCOUNT.password], `the failure of ${name}`);
      }
    },
  ],
  [
    "a port without a server is a NetworkError",
    async () => {
      const dexcom = client({ baseUrl: "http://127.0.0.1:1", operations: async () => [] });
      holdsNone(
        await rejects(dexcom.getLatestGlucoseReading(), NetworkError, "NETWORK_FAILED"),
        ["sharewebservices", ACCOUNT.password],
        "the failure",
      );
    },
  ],
  [
    "a response that stalls, before or in its body, times out",
    async ({ world }) => {
      for (const name of ["stalled", "stalled-body"]) {
        const dexcom = client(world(name), { timeoutMs: 250 });
        await rejects(dexcom.getLatestGlucoseReading(), TimeoutError, "ATTEMPT_TIMED_OUT");
      }
      const dexcom = client(world("stalled"), { deadlineMs: 300 });
      await rejects(dexcom.getLatestGlucoseReading(), TimeoutError, "DEADLINE_EXCEEDED");
    },
  ],
  [
    "an abort ends a call that the network keeps waiting",
    async ({ world }) => {
      for (const name of ["stalled", "stalled-body"]) {
        const controller = new AbortController();
        const reason = new Error("enough");
        const call = failureOf(client(world(name)).getLatestGlucoseReading({ signal: controller.signal }));
        setTimeout(() => {
          controller.abort(reason);
        }, 100);
        holds((await call) === reason, "the reason comes back");
      }
    },
  ],
  [
    "a page, and an endless response, are ServerErrors",
    async ({ world }) => {
      const page = await rejects(client(world("page")).getLatestGlucoseReading(), ServerError, "UNEXPECTED_RESPONSE");
      equal(page.status, 502);
      await rejects(client(world("endless")).getLatestGlucoseReading(), ServerError, "UNEXPECTED_RESPONSE");
    },
  ],
];
