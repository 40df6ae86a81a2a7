/** What the compiler accepts and refuses as options of `Publisher` and `Subscriber`, with any settings. */
import { Dexcom } from "dexcom-share-ts";
import { Publisher } from "dexcom-share-ts/publisher";
import { Subscriber } from "dexcom-share-ts/subscriber";

const username = "someone@example.com";
const accountId = "99999999-9999-9999-9999-999999999999";
const password = "secret";
const secret = "0123456789abcdef0123456789abcdef";
const dexcom = new Dexcom({ username, password });

new Publisher({ username, password, loginByName: true });
new Publisher({ accountId, password });
new Publisher({ dexcom });
// @ts-expect-error both credentials
new Publisher({ username, accountId, password });
// @ts-expect-error neither credential
new Publisher({ password });
// @ts-expect-error a client itself is not options
new Publisher(dexcom);
// @ts-expect-error credentials together with a client
new Publisher({ dexcom, username, password });

new Subscriber({ accountId, secret, region: "ous" });
new Subscriber({ accountId, secret, dexcom });
// @ts-expect-error without the secret
new Subscriber({ accountId });
// @ts-expect-error a password in place of the secret
new Subscriber({ accountId, password });
// @ts-expect-error a user name in place of the account id
new Subscriber({ username, secret });
// @ts-expect-error an option together with a client
new Subscriber({ accountId, secret, dexcom, region: "ous" });
