import type { Clock } from "../../clock.ts";
import { held, hexDigest } from "../digest.ts";

/** Secrets that readers may show. At least one of the two is there. */
export interface ReadSecrets {
  readonly secret: string | undefined;
  readonly token: string | undefined;
}

/** Credentials of a request, compared with ours. */
export interface Verdict {
  /** `"none"` if the request shows no credentials. */
  readonly verdict: "right" | "wrong" | "none";
  /** Digests of what was shown, by which a repeated guess is recognized. */
  readonly guesses: readonly string[];
}

/** Compares what a request shows with the secret and the token. */
export class ReadCredentials {
  readonly #secrets: ReadSecrets;
  readonly #clock: Clock;
  #expected: readonly string[] | undefined;

  constructor(secrets: ReadSecrets, clock: Clock) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  async check(request: Request, url: URL): Promise<Verdict> {
    const shown = shownBy(request, url);
    if (shown.length === 0) return { verdict: "none", guesses: [] };
    return held(this.#clock, this.#compare(shown));
  }

  /** Compares digests, so that the time that it takes tells nothing about the secret. */
  async #compare(shown: readonly string[]): Promise<Verdict> {
    // Awaited before it is kept: on Workers a promise of an earlier request may never settle.
    this.#expected ??= await this.#digests();
    let isRight = false;
    const guesses: string[] = [];
    for (const text of shown) {
      const guess = await hexDigest("SHA-256", text);
      guesses.push(guess);
      // Nightscout accepts the digest of the secret in capitals, too.
      const digests = [guess, await hexDigest("SHA-256", text.toLowerCase())];
      for (const [index, expected] of this.#expected.entries()) {
        isRight = isEqual(digests[index === 0 ? 0 : 1]!, expected) || isRight;
      }
    }
    return { verdict: isRight ? "right" : "wrong", guesses };
  }

  /** Digests of the token, of the secret's SHA-1 and of its SHA-512. Empty for what is not set. */
  async #digests(): Promise<readonly string[]> {
    const { secret, token } = this.#secrets;
    const ofSecret = async (algorithm: "SHA-1" | "SHA-512"): Promise<string> =>
      secret === undefined ? "" : hexDigest("SHA-256", await hexDigest(algorithm, secret));
    return [
      token === undefined ? "" : await hexDigest("SHA-256", token),
      await ofSecret("SHA-1"),
      await ofSecret("SHA-512"),
    ];
  }
}

/** Collects credentials from the places in which clients put them. */
function shownBy({ headers }: Request, { searchParams }: URL): string[] {
  // Home Assistant writes `token=<token>` into the header.
  const header = headers.get("api-secret")?.replace(/^token=/, "");
  return [header, searchParams.get("token"), searchParams.get("secret")].filter(
    (text) => text != null && text !== "",
  ) as string[];
}

function isEqual(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  return difference === 0;
}
