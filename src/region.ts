/**
 * A region of the Share service: `"us"`, `"ous"` (outside the US) or `"jp"` (Japan and parts of Asia-Pacific).
 * Each is a service of its own: an account of one is an unknown account to the others (PROTOCOL.md, "Hosts and
 * application ids").
 *
 * @example
 * ```ts
 * import { Dexcom, Region } from "dexcom-share-ts";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret", region: Region.OUS });
 * ```
 */
export const Region = { US: "us", OUS: "ous", JP: "jp" } as const;
export type Region = (typeof Region)[keyof typeof Region];
// Types only, so that `Region.US` is one too; nothing of it is left at run time.
// eslint-disable-next-line @typescript-eslint/no-namespace
export declare namespace Region {
  export type US = "us";
  export type OUS = "ous";
  export type JP = "jp";
}

/** Origin of a region's service, and the application id that it expects. */
export interface RegionEndpoint {
  readonly origin: string;
  readonly applicationId: string;
}

const WESTERN_APPLICATION_ID = "d89443d2-327c-4a6f-89e5-496bbb0317db";

/** Hosts and application ids as recorded; JP alone refuses the usual id (PROTOCOL.md, "Hosts and application ids"). */
export const REGION_ENDPOINTS: Readonly<Record<Region, RegionEndpoint>> = {
  us: { origin: "https://share2.dexcom.com", applicationId: WESTERN_APPLICATION_ID },
  ous: { origin: "https://shareous1.dexcom.com", applicationId: WESTERN_APPLICATION_ID },
  jp: { origin: "https://share.dexcom.jp", applicationId: "d8665ade-9673-4e27-9ff6-92db4ce13d13" },
};

/** Returns `true` if `value` names a region. Looks at own keys only, so that `"toString"` is not a region. */
export function isRegion(value: unknown): value is Region {
  return typeof value === "string" && Object.hasOwn(REGION_ENDPOINTS, value);
}
