import { elapsedMs, type Clock } from "./clock.ts";
import type { Emit } from "./events.ts";
import type { CallLimit } from "./http/deadline.ts";
import { Transport } from "./http/transport.ts";
import type { ResolvedOptions } from "./options.ts";
import type { LoginStrategy } from "./session/login.ts";
import { Session } from "./session/session.ts";
import { assertArgument, checkSignal } from "./validate.ts";

/** Parts of a client: its way to the service, and its session. */
export interface Connection {
  readonly transport: Transport;
  readonly session: Session;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly badRecords: "reject" | "report";
  readonly emit: Emit;
  /** Returns what the client was made of. A function, so that nothing that prints a connection prints a password. */
  readonly options: () => ResolvedOptions;
}

/**
 * Connections by client, for clients that are made from another. Not a property: whoever has the connection can use the
 * session. Each copy of the library has its own.
 */
export const connections: WeakMap<object, Connection> = /* @__PURE__ */ new WeakMap();

/**
 * Returns the connection of the client that a method was called on.
 *
 * @throws {ArgumentError} If the method was taken off its client, as in `const { getGlucoseReadings } = dexcom`.
 */
export function connectionOfThis(client: object | undefined, className: string): Connection {
  const connection = connections.get(client!);
  assertArgument(
    connection,
    `A method of ${className} was called without its object: call it as a method, or bind it to the object`,
  );
  return connection;
}

/**
 * Makes a connection. Sends nothing.
 *
 * @param logInWith How the session logs in. @default by account id
 */
export function openConnection(options: ResolvedOptions, logInWith?: LoginStrategy): Connection {
  const { servicesUrl, fetch, clock, timeoutMs, deadlineMs, retry, emit, badRecords, secrets } = options;
  const isSecret = (text: string): boolean => secrets.isRevealedBy(text);
  const transport = new Transport({ servicesUrl, fetch, clock, timeoutMs, retry, emit, isSecret });
  const session = new Session(transport, options, logInWith);
  return { transport, session, clock, deadlineMs, badRecords, emit, options: () => options };
}

/**
 * Starts the time of a call.
 *
 * @param known Names of the call's options. @default signal
 * @throws {ArgumentError} If `signal` is not an `AbortSignal`, or a name is unknown.
 */
export function limitOf(
  { clock, deadlineMs }: Connection,
  options: { readonly signal?: AbortSignal | undefined } = {},
  known?: readonly string[],
): CallLimit {
  return { endsAtElapsedMs: elapsedMs(clock) + deadlineMs, signal: checkSignal(options, known) };
}
