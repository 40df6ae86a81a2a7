/**
 * What the compiler accepts and refuses as options. Compiled by `npm run typecheck`, and against the packed package with
 * other compilers and settings by `npm run test:runtimes`.
 */
import { Dexcom, MemorySessionCache, type DexcomOptions } from "dexcom-share-ts";

const username = "someone@example.com";
const accountId = "99999999-9999-9999-9999-999999999999";
const password = "secret";
declare const either: string | undefined;

// Each option that is given can also be `undefined`.
new Dexcom({ username, password });
new Dexcom({ accountId, password });
new Dexcom({ username, accountId: undefined, password, region: undefined, cache: undefined, fetch: undefined });
new Dexcom({ username: undefined, accountId, password, region: "ous" });
new Dexcom({ ...(either === undefined ? { accountId } : { username: either }), password });

// @ts-expect-error both credentials
new Dexcom({ username, accountId, password });
// @ts-expect-error neither credential
new Dexcom({ password });
// @ts-expect-error no password
new Dexcom({ username });
// @ts-expect-error an unknown option
new Dexcom({ username, password, regoin: "ous" });
// @ts-expect-error a region that does not exist
new Dexcom({ username, password, region: "eu" });
// @ts-expect-error a plain object is not a cache
new Dexcom({ username, password, cache: {} });

// A function that takes everything but the credentials.
export function connect(rest: Omit<DexcomOptions, "username" | "accountId" | "password">): Dexcom {
  return new Dexcom({ ...rest, username, password, cache: new MemorySessionCache() });
}
