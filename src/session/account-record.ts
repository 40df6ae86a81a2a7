import { isId } from "../wire/ids.ts";
import { DAY_MS, type Refusal, type RefusalCode, type StoredRefusal } from "./refusal.ts";

/** Record of one account and password in a store. Only a client with the same password can have written it. */
export interface AccountRecord {
  readonly id?: string;
  /** When the credentials last worked, by the writer's wall clock. A spell of refusals counts from its first one. */
  readonly acceptedAt?: number;
  readonly refusals?: readonly RecordedRefusal[];
}

/** A refusal with the time of its writing, by the writer's wall clock. */
interface RecordedRefusal extends Refusal {
  readonly writtenAt: number;
}

/** A time further ahead than this comes from a wrong clock. */
const MAX_AHEAD_MS = 300_000;
/** A refusal is kept so long after its cool-down, so that the next one doubles it. */
const KEEP_MS = 3_600_000;
const CODES: readonly unknown[] = ["CREDENTIALS_REFUSED", "LOCKED_OUT", "LOGIN_UNDECIDED"] satisfies RefusalCode[];

/** Reads an opened value. It was sealed by a client with the same key, but maybe by another version. */
export function parseRecord(value: unknown): AccountRecord {
  const { id, acceptedAt, refusals } = Object(value) as Partial<Record<keyof AccountRecord, unknown>>;
  return {
    ...(isId(id) && { id }),
    ...(Number.isFinite(acceptedAt) && { acceptedAt: acceptedAt as number }),
    ...(Array.isArray(refusals) && { refusals: refusals.flatMap(parseRefusal) }),
  };
}

/** Lets through known codes and figures. No text from the store reaches a person. */
function parseRefusal(value: unknown): RecordedRefusal[] {
  const { code, writtenAt, waitMs, status, serverCode } = Object(value) as Partial<Record<string, unknown>>;
  if (!CODES.includes(code) || !Number.isFinite(writtenAt) || !Number.isFinite(waitMs)) return [];
  const isServerCode = typeof serverCode === "string" && /^[A-Za-z_]{1,60}$/.test(serverCode);
  return [
    {
      code: code as RefusalCode,
      writtenAt: writtenAt as number,
      waitMs: clamp(waitMs as number, DAY_MS),
      ...(Number.isSafeInteger(status) && { status: status as number }),
      ...(isServerCode && { serverCode }),
    },
  ];
}

/** Takes times of a clock that is far ahead for the present. Returns the same record if no time is ahead. */
export function withoutFuture(record: AccountRecord, now: number): AccountRecord {
  const { acceptedAt = 0, refusals = [] } = record;
  const isAhead = (at: number): boolean => at > now + MAX_AHEAD_MS;
  if (![acceptedAt, ...refusals.map(({ writtenAt }) => writtenAt)].some(isAhead)) return record;
  return {
    ...record,
    ...(record.acceptedAt !== undefined && { acceptedAt: Math.min(acceptedAt, now) }),
    refusals: refusals.map((refusal) => ({ ...refusal, writtenAt: Math.min(refusal.writtenAt, now) })),
  };
}

/** Lists the refusals with what is left of each cool-down. A clock that was set back lengthens no cool-down. */
export function storedRefusals({ refusals = [] }: AccountRecord, now: number): StoredRefusal[] {
  return refusals.map(({ writtenAt, ...refusal }) => ({
    ...refusal,
    leftMs: refusal.waitMs - clamp(now - writtenAt, refusal.waitMs),
  }));
}

/** Adds a refusal. A password that was looked at says that the account is not locked, and that the login is decided. */
export function withRefusal(
  { refusals = [], ...record }: AccountRecord,
  { code, waitMs, status, serverCode }: Refusal,
  now: number,
): AccountRecord {
  const kept = code === "CREDENTIALS_REFUSED" ? [] : refusals.filter((old) => old.code !== code);
  const added = { code, writtenAt: now, waitMs, status, serverCode };
  return { ...record, refusals: [...kept, added] };
}

/** Returns how long a store should keep the record; 0 if there is nothing to keep. */
export function lifetimeMs(
  record: AccountRecord,
  { now, ttlMs }: { readonly now: number; readonly ttlMs: number },
): number {
  const { id, acceptedAt, refusals = [] } = record;
  return Math.max(
    // Without a session, the record still tells a restarted process that the credentials worked.
    id !== undefined ? ttlMs : acceptedAt === undefined ? 0 : DAY_MS - (now - acceptedAt),
    ...refusals.map(({ writtenAt, waitMs }) => waitMs + KEEP_MS - clamp(now - writtenAt, waitMs)),
  );
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}
