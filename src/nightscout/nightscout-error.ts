import { DexcomError, type ErrorDetails, type NightscoutErrorCode } from "../errors.ts";

const TEXTS: Readonly<Record<NightscoutErrorCode, { readonly message: string; readonly advice: string }>> = {
  NIGHTSCOUT_REFUSED: {
    message: "Nightscout refused the secret or token",
    advice:
      "Check the API secret or the access token. A token needs a role with the permission api:entries:create, which no standard role but admin has. It is not sent again for a while, because Nightscout delays every request from an address that shows a wrong secret.",
  },
  NIGHTSCOUT_REJECTED: {
    message: "Nightscout rejected the request",
    advice:
      "Check the address: it must be that of the site, without a path of its pages. With status 413, set a smaller batchSize.",
  },
};

/**
 * Nightscout refused the request, and repeating it would not help: `NIGHTSCOUT_REFUSED` for a wrong secret or a token
 * without the permission, `NIGHTSCOUT_REJECTED` for anything else. Outages are a `NetworkError`, a `ServerError` or a
 * `RateLimitError`: try again later.
 *
 * @example
 * ```ts
 * import { NightscoutError, NightscoutUploader } from "dexcom-share-ts/nightscout";
 * const uploader = new NightscoutUploader({ url: "https://nightscout.example.com", secret: "a-long-secret" });
 * try {
 *   await uploader.verify();
 * } catch (error) {
 *   if (error instanceof NightscoutError) console.log(error.advice);
 *   else throw error;
 * }
 * ```
 */
export class NightscoutError extends DexcomError {
  /** @internal */
  static override readonly brands: readonly string[] = ["NightscoutError", "DexcomError"];

  declare readonly code: NightscoutErrorCode;

  /** @internal */
  constructor(code: NightscoutErrorCode, details: ErrorDetails) {
    super(code, TEXTS[code].message, details);
  }

  /** @internal */
  override get remedy(): string {
    return TEXTS[this.code].advice;
  }
}
