/** A site that serves given readings, and requests as its clients send them. */
import { createHash } from "node:crypto";
import type { GlucosePoint } from "../../../src/glucose/glucose-point.ts";
import {
  createNightscoutReads,
  type NightscoutReads,
  type NightscoutReadsOptions,
} from "../../../src/nightscout/reads/create-reads.ts";
import { VirtualClock } from "../../../src/simulator/clock/virtual-clock.ts";

export const SECRET = "made-up-secret-1";
export const TOKEN = "reader-0123456789abcdef";
export const SHA1: string = createHash("sha1").update(SECRET).digest("hex");
export const SHA512: string = createHash("sha512").update(SECRET).digest("hex");

export const MINUTE_MS = 60_000;
/** Time of the site's clock. The newest reading is a minute older. */
export const NOW: number = Date.UTC(2026, 2, 20, 12);
export const NEWEST: number = NOW - MINUTE_MS;

/** Readings, oldest first, five minutes apart; the last one is a minute old. */
export function readings(...figures: readonly number[]): GlucosePoint[] {
  return figures.map((mgDl, index) => ({
    mgDl,
    datetime: new Date(NEWEST - (figures.length - 1 - index) * 5 * MINUTE_MS),
    trend: 4,
  }));
}

export interface Site {
  readonly reads: NightscoutReads;
  readonly clock: VirtualClock;
  /** Windows that the source was asked for. */
  readonly windows: (readonly [number, number])[];
  /** Sends a request; with the secret, unless `init` has headers. */
  ask(target: string, init?: RequestInit & { readonly address?: string }): Promise<Response>;
  json(target: string, init?: RequestInit): Promise<any>;
}

export function makeSite(
  points: readonly GlucosePoint[],
  options: Partial<Omit<NightscoutReadsOptions, "source">> = {},
): Site {
  const clock = new VirtualClock(NOW);
  const windows: (readonly [number, number])[] = [];
  const list = async (fromMs: number, toMs: number): Promise<GlucosePoint[]> => {
    windows.push([fromMs, toMs]);
    return points.filter(({ datetime }) => datetime.getTime() >= fromMs && datetime.getTime() < toMs);
  };
  const reads = createNightscoutReads({ source: { list }, secret: SECRET, token: TOKEN, clock, ...options });
  const ask: Site["ask"] = async (target, { address, ...init } = {}) => {
    const headers = init.headers ?? { "api-secret": SHA1 };
    const response = await reads.respond(new Request(`https://site.example${target}`, { ...init, headers }), address);
    if (!response) throw new Error(`${target} is no path of the site`);
    return response;
  };
  return { reads, clock, windows, ask, json: async (target, init) => (await ask(target, init)).json() };
}
