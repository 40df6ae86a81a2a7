import { existsSync, readFileSync } from "node:fs";

/** The package's version. Its package.json lies one folder above the built files, two above the sources. */
export function packageVersion(): string {
  const file = ["../package.json", "../../package.json"]
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  const { version } = JSON.parse(readFileSync(file!, "utf8")) as { version: string };
  return version;
}
