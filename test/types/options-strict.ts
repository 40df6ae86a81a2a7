/** What the compiler refuses as options with `strictNullChecks`. Without it, `undefined` is of every type. */
import { Dexcom } from "dexcom-share-ts";

const username = "someone@example.com";
const password = "secret";
const env: Readonly<Record<string, string | undefined>> = {};

// @ts-expect-error neither, in so many words
new Dexcom({ username: undefined, accountId: undefined, password });
// @ts-expect-error null is not undefined
new Dexcom({ username, accountId: null, password });

// A variable of the environment can be unset, which would mean neither. `!`, a default or a check says that it is set.
new Dexcom({ username: env["USERNAME"]!, password: env["PASSWORD"]! });
new Dexcom({ username: env["USERNAME"] ?? "someone", password: env["PASSWORD"] ?? "" });
// @ts-expect-error the name can be unset
new Dexcom({ username: env["USERNAME"], password: env["PASSWORD"]! });
// @ts-expect-error the password can be unset
new Dexcom({ username: env["USERNAME"]!, password: env["PASSWORD"] });
// @ts-expect-error both can be set, and both can be unset
new Dexcom({ username: env["USERNAME"], accountId: env["ACCOUNT_ID"], password: env["PASSWORD"]! });
