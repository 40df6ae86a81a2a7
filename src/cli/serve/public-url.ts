import { InvalidArgumentError } from "commander";

/** Parses the address at which a proxy shows the page. */
export function parsePublicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && ["http:", "https:"].includes(url.protocol) && url.href === `${url.origin}/`;
  if (!isOrigin)
    throw new InvalidArgumentError("It must be an address without a path, such as https://glucose.example.com.");
  return url;
}
