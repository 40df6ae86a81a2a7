import type { Settings } from "./options.ts";
import type { Session } from "./session/session.ts";
import type { Transport } from "./http/transport.ts";

/** What a client works with: one account's settings, its way to the service, and its session. */
export type Connection = readonly [settings: Settings, transport: Transport, session: Session];

/**
 * The connection of each client, for other clients that are made from it. Here and not in a property, because who has
 * the connection has the password and the session id. Within one copy of the library: the two module formats are two.
 */
export const connections: WeakMap<object, Connection> = /* @__PURE__ */ new WeakMap();
