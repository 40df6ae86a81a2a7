import { connections, type Connection } from "../connection.ts";
import type { CallLimit } from "../http/deadline.ts";
import type { CallOptions, Dexcom } from "../dexcom.ts";
import { resolveOptions, type DexcomOptions } from "../options.ts";
import { Session, type LoginTransport } from "../session/session.ts";
import { Transport } from "../http/transport.ts";
import { assertArgument, checkSignal } from "../validate.ts";

/**
 * The connection of a `Dexcom`, or a new one where options were given.
 *
 * @param login What stands between a new session and its transport.
 * @throws {ArgumentError} for a bad option, by name, and for a `Dexcom` of another copy of the library.
 */
export function connectionOf(
  source: DexcomOptions | Dexcom,
  login: (transport: Transport) => LoginTransport = (transport) => transport,
): Connection {
  const shared = connections.get(source);
  if (shared) return shared;
  assertArgument(
    typeof (source as Partial<Dexcom> | undefined)?.getGlucoseReadings !== "function",
    "dexcom must come from the same copy of dexcom-share-ts: import both, or require both",
  );
  const settings = resolveOptions(source as DexcomOptions);
  const transport = new Transport(settings);
  return [settings, transport, new Session(login(transport), settings)];
}

/** Until when a call that begins now may go on. */
export function limitOf([{ clock, deadlineMs }]: Connection, options: CallOptions): CallLimit {
  return { endsAt: clock.now() + deadlineMs, signal: checkSignal(options) };
}
