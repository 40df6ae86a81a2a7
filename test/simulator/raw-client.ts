import { ShareSimulator, type ShareSimulatorOptions, VirtualClock } from "../../src/simulator/index.ts";

/** Plainly made up; the application ids are public constants (PROTOCOL.md, "Hosts and application ids"). */
export const NAME = "someone@example.com";
export const PASSWORD = "correct horse battery";
export const ACCOUNT_ID = "99999999-9999-9999-9999-999999999999";
export const APP = "d89443d2-327c-4a6f-89e5-496bbb0317db";
export const OLD_APP = "d8665ade-9673-4e27-9ff6-92db4ce13d13";
export const ZEROS = "00000000-0000-0000-0000-000000000000";
export const UUID: RegExp = /^[\da-f]{8}-[\da-f]{4}-[1-5][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

export const US = "https://share2.dexcom.com";
export const AUTHENTICATE = "General/AuthenticatePublisherAccount";
export const BY_ID = "General/LoginPublisherAccountById";
export const BY_NAME = "General/LoginPublisherAccountByName";
export const READ = "Publisher/ReadPublisherLatestGlucoseValues";
export const TIME = "General/SystemUtcTime";

export const START: number = Date.UTC(2026, 0, 1, 12);

/** What came back, with the body read as JSON if it is any. */
export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
  /** The fault's `Code`. */
  readonly code: string | undefined;
  /** The fault's `Message`. */
  readonly message: string | undefined;
}

/** A simulator on a virtual clock, and the plainest client there can be. */
export function setUp(
  options: Partial<ShareSimulatorOptions> = {},
  startMs: number = START,
): {
  clock: VirtualClock;
  simulator: ShareSimulator;
  call(operation: string, request?: Ask): Promise<Got>;
  authenticate(password?: string, origin?: string, more?: object): Promise<Got>;
  logIn(password?: string, origin?: string, more?: object): Promise<Got>;
  session(): Promise<string>;
  read(sessionId: string, minutes?: number, maxCount?: number): Promise<Got>;
  /** Logs in, reads, and gives the figures. */
  figures(minutes?: number, maxCount?: number): Promise<number[]>;
} {
  const clock = new VirtualClock(startMs);
  const simulator = new ShareSimulator({
    accounts: [{ username: NAME, password: PASSWORD, accountId: ACCOUNT_ID }],
    clock,
    ...options,
  });
  const call = (operation: string, ask: Ask = {}): Promise<Got> => send(simulator.fetch, US, operation, ask);
  const authenticate = (password = PASSWORD, origin = US, more = {}): Promise<Got> =>
    call(AUTHENTICATE, { origin, body: { accountName: NAME, password, applicationId: APP, ...more } });
  const logIn = (password = PASSWORD, origin = US, more = {}): Promise<Got> =>
    call(BY_ID, { origin, body: { accountId: ACCOUNT_ID, password, applicationId: APP, ...more } });
  const session = async (): Promise<string> => (await logIn()).json as string;
  const read = (sessionId: string, minutes = 1440, maxCount = 288): Promise<Got> =>
    call(READ, { body: { sessionId, minutes, maxCount } });
  return {
    clock,
    simulator,
    call,
    authenticate,
    logIn,
    session,
    read,
    figures: async (minutes, maxCount) => {
      const { json } = await read(await session(), minutes, maxCount);
      return (json as { Value: number }[]).map(({ Value }) => Value);
    },
  };
}

export interface Ask {
  readonly origin?: string;
  readonly method?: string;
  readonly query?: string;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
}

export async function send(
  fetch: typeof globalThis.fetch,
  home: string,
  operation: string,
  ask: Ask = {},
): Promise<Got> {
  const { origin = home, method = "POST", query = "", body, headers } = ask;
  const response = await fetch(`${origin}/ShareWebServices/Services/${operation}${query}`, {
    method,
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const fault = (json ?? {}) as { Code?: string; Message?: string };
  return { status: response.status, headers: response.headers, text, json, code: fault.Code, message: fault.Message };
}
