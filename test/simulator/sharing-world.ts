import assert from "node:assert/strict";
import type { ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { APP, type Ask, type Got, NAME, PASSWORD, setUp, START } from "./raw-client.ts";

export const SERIAL = "SM00000000";
export const UNKNOWN = "12121212-1212-1212-1212-121212121212";
export const date = (ms: number): string => String.raw`\/Date(${ms})\/`;

export type World = ReturnType<typeof setUp> & {
  sessionId: string;
  /** Asks with the session, the arguments in the query. */
  ask(operation: string, query?: Record<string, string>, more?: Ask): Promise<Got>;
  post(...records: Record<string, unknown>[]): Promise<Got>;
};

export async function logIn(options: Partial<ShareSimulatorOptions> & { followers?: string[] } = {}): Promise<World> {
  const { followers = [], ...rest } = options;
  const world = setUp({ accounts: [{ username: NAME, password: PASSWORD, readings: [], followers }], ...rest });
  const got = await world.authenticate();
  const { json } = await world.call("General/LoginPublisherAccountById", {
    body: { accountId: got.json, password: PASSWORD, applicationId: APP },
  });
  const sessionId = json as string;
  const ask: World["ask"] = (operation, query = {}, more = {}) =>
    world.call(operation, { query: `?${new URLSearchParams({ sessionId, ...query }).toString()}`, ...more });
  const upload = (records: readonly Record<string, unknown>[]): string =>
    `{"SN":"${SERIAL}","Egvs":[${records
      .map(
        ({ ST = START, DT = ST, Value = 97, Trend = 4 }) =>
          `{"Trend":${JSON.stringify(Trend)},"ST":"${date(ST as number)}","DT":"${date(DT as number)}","Value":${JSON.stringify(Value)}}`,
      )
      .join()}],"TA":0}`;
  return {
    ...world,
    sessionId,
    ask,
    post: (...records) => ask("Publisher/PostReceiverEgvRecords", {}, { body: upload(records) }),
  };
}

/** The same, ready to upload. */
export async function ready(options?: Parameters<typeof logIn>[0]): Promise<World> {
  const world = await logIn(options);
  await world.ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: SERIAL });
  await world.ask("Publisher/StartRemoteMonitoringSession", { serialNumber: SERIAL });
  return world;
}

export const isEmpty = ({ status, text, headers }: Got): void => {
  assert.deepEqual([status, text, headers.get("content-length")], [200, "", "0"]);
};
