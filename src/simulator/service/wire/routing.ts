import { REGION_ENDPOINTS, type Region } from "../../../region.ts";

/** Hosts that respond, and the region each belongs to (PROTOCOL.md, "Hosts and application ids"). */
const REGION_OF_HOST: ReadonlyMap<string, Region> = /* @__PURE__ */ new Map<string, Region>(
  /* @__PURE__ */ Object.entries(REGION_ENDPOINTS)
    .map(([region, { origin }]) => [new URL(origin).host, region as Region] as const)
    .concat([["share1.dexcom.com", "us"]]),
);

/** Destination of a request. */
export interface Route {
  /** `undefined` on an origin of nobody's, such as loopback: an account of any region is known there. */
  readonly region: Region | undefined;
  /** Such as `"General/SystemUtcTime"`; `undefined` if the service has no such path. */
  readonly operation: string | undefined;
  /** A Dexcom host that does not respond, such as the dead alias `shareous2`. */
  readonly isDead: boolean;
}

/**
 * Casing as every client has it (PROTOCOL.md, "Hosts and application ids"); one stray slash at the end is on record
 * too.
 */
const PATH = /^(.*)\/ShareWebServices\/Services\/([A-Za-z]+\/[A-Za-z]+)\/?$/;

export function route({ hostname, pathname }: URL): Route {
  const region = REGION_OF_HOST.get(hostname);
  const [, prefix, operation] = PATH.exec(pathname) ?? [];
  return {
    region,
    // A proxy may put the service under a prefix; the service itself has no prefix.
    operation: region === undefined || prefix === "" ? operation : undefined,
    isDead: region === undefined && /(?:^|\.)dexcom\.(?:com|jp)$/.test(hostname),
  };
}
