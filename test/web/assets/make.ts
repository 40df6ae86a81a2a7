/** Makes src/web/page/assets.ts: the script and the style sheet of the page, as texts. */
import path from "node:path";
import { build } from "esbuild";
import { format } from "prettier";
import { ROOT } from "../../support/entries.ts";

export const ASSETS_FILE: string = path.join(ROOT, "src/web/page/assets.ts");

const CLIENT = path.join(ROOT, "src/web/client");

export async function makeAssets(): Promise<string> {
  const [script, style] = await Promise.all([bundle("main.ts"), bundle("style.css")]);
  const source = `// Made from src/web/client/ by \`npm run page\`. A test holds it to that.

/** Script of the page. */
export const SCRIPT: string = ${JSON.stringify(script)};

/** Style sheet of the page. */
export const STYLE: string = ${JSON.stringify(style)};
`;
  return format(source, { parser: "typescript", printWidth: 120 });
}

async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(CLIENT, file)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2022", "safari16"],
    tsconfigRaw: {},
  });
  return outputFiles[0]!.text.trim();
}
