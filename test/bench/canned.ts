/** A service that gives the same response every time, to measure the client's own share of a read. */

const READING_INTERVAL_MS = 300_000;
const NEWEST_MS = 1_691_239_553_000;
const TRENDS = [
  "Flat",
  "FortyFiveUp",
  "SingleUp",
  "FortyFiveUp",
  "Flat",
  "FortyFiveDown",
  "SingleDown",
  "FortyFiveDown",
];

export const READ_PATH = "/ShareWebServices/Services/Publisher/ReadPublisherLatestGlucoseValues";
export const SESSION_ID = "11111111-2222-4333-8444-555555555555";
export const CREDENTIALS = { accountId: "99999999-9999-9999-9999-999999999999", password: "secret" };

/** What whoever reads without the library sends. */
export const BARE_REQUEST: RequestInit & { readonly body: string } = {
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/json" },
  body: JSON.stringify({ sessionId: SESSION_ID, minutes: 1440, maxCount: 288 }),
};

/** Made up, in the form of the protocol: newest first, 300 s apart, rising and falling around 140 mg/dL. */
export function madeUpRecords(count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const time = NEWEST_MS - index * READING_INTERVAL_MS;
    return {
      WT: `Date(${time})`,
      ST: `Date(${time})`,
      DT: `Date(${time}-0400)`,
      Value: 140 + Math.round(60 * Math.sin(index / 11)),
      Trend: TRENDS[Math.floor(index / 8) % TRENDS.length],
    };
  });
}

/** Fails if a read does not return the served readings: the figures would measure something else. */
export async function expectCount(read: () => Promise<unknown>, count: number): Promise<void> {
  const value = await read();
  const got = Array.isArray(value) ? value.length : Number(value !== undefined);
  if (got !== count) throw new Error(`${got} readings came where ${count} were served`);
}
