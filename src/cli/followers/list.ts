import type { Subscription } from "../../wire/subscriptions.ts";
import { EXIT } from "../exit.ts";
import { type Task } from "./task.ts";
import { stripControls, toPrintableJson } from "../text.ts";

const nobody = ({ calledAs }: Task["io"]): string =>
  `Nobody follows, and nobody is invited. Without a follower the service returns no readings, not even to you. See \`${calledAs} followers --help\`.`;

/** Prints who follows and who is invited; as JSON also those who were removed. */
export async function listFollowers({ publisher, io }: Task, isJson: boolean): Promise<number> {
  const all = await publisher.listSubscriptions({ signal: io.signal });
  const now = io.clock.now();
  const present = all.filter(({ state }) => state !== "removed");
  if (isJson)
    io.stdout.write(
      `${toPrintableJson(
        all.map((one) => followerJson(one, now)),
        2,
      )}\n`,
    );
  else io.stdout.write(followerLines(present, now));
  if (present.length === 0) io.stderr.write(`${nobody(io)}\n`);
  return EXIT.OK;
}

/**
 * The fields of a subscription, by their names; `null` if the service said nothing. The record as it was sent is
 * left out.
 */
function followerJson(one: Subscription, now: number): object {
  const fields = Object.entries(one).flatMap(([key, value]): [string, unknown][] =>
    key === "json" ? [] : [[key, value ?? null]],
  );
  return { ...Object.fromEntries(fields), hasExpired: hasExpired(one, now) };
}

/** A line for each, in columns. */
export function followerLines(subscriptions: readonly Subscription[], now: number): string {
  const rows = subscriptions.map((one) => [
    nameOf(one),
    stateOf(one, now),
    one.hasGraphAccess ? "graph" : "latest",
    [one.createdAt && `invited ${day(one.createdAt)}`, stateOf(one, now) === "invited" && lapse(one)]
      .filter(Boolean)
      .join(", "),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

export function nameOf({ contactName, subscriptionId }: Pick<Subscription, "contactName" | "subscriptionId">): string {
  return stripControls(contactName ?? subscriptionId);
}

/** The state in a word; an invitation that nobody took up in time has expired, though the service still lists it. */
export function stateOf(one: Pick<Subscription, "state" | "inviteExpiresAt">, now: number): string {
  return hasExpired(one, now) ? "expired" : one.state;
}

function hasExpired({ state, inviteExpiresAt }: Pick<Subscription, "state" | "inviteExpiresAt">, now: number): boolean {
  return state === "invited" && inviteExpiresAt !== undefined && inviteExpiresAt.getTime() <= now;
}

function lapse({ inviteExpiresAt }: Subscription): string | undefined {
  return inviteExpiresAt && `expires ${day(inviteExpiresAt)} ${inviteExpiresAt.toISOString().slice(11, 16)} UTC`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
