import assert from "node:assert/strict";
import { inspect } from "node:util";
import { textsOf } from "./texts-of.ts";

const CONTEXT_LENGTH = 60;

/** Finds secrets in texts, in the forms that they have in URLs, in JSON, in JSON within JSON and in base64, in any case. */
export class SecretSearch {
  readonly #needles: readonly string[];

  constructor(...secrets: readonly string[]) {
    this.#needles = [...new Set(secrets.flatMap(formsOf))];
  }

  /** The part of `text` that holds a secret, with some of the text around it. */
  find(text: string): string | undefined {
    const lower = text.toLowerCase();
    const at = this.#needles.map((needle) => lower.indexOf(needle)).find((index) => index >= 0);
    return at === undefined ? undefined : text.slice(Math.max(0, at - CONTEXT_LENGTH), at + CONTEXT_LENGTH);
  }

  /** The first such part in everything that a program can print of `value`. */
  findIn(value: unknown): string | undefined {
    for (const text of textsOf(value)) {
      const found = this.find(text);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function formsOf(secret: string): string[] {
  const quoted = JSON.stringify(secret);
  return [
    secret,
    encodeURIComponent(secret),
    quoted.slice(1, -1),
    JSON.stringify(quoted).slice(1, -1),
    inspect(secret).slice(1, -1),
    startOfBase64(secret),
  ].flatMap((form) => (form === "" ? [] : [form.toLowerCase()]));
}

/** The base64 of the secret without its end, which depends on the text that follows. */
function startOfBase64(secret: string): string {
  const bytes = new TextEncoder().encode(secret);
  return btoa(String.fromCharCode(...bytes.subarray(0, bytes.length - (bytes.length % 3))));
}

/** Fails if a secret is in anything that a program can print of `value`. */
export function assertSecretFree(value: unknown, secrets: readonly string[], what: string = "the value"): void {
  assert.equal(new SecretSearch(...secrets).findIn(value), undefined, `a secret in ${what}`);
}
