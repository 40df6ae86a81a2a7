/** Runs snippets against src/ and a simulator of their own, all in this process. */
import { mkdirSync } from "node:fs";
import { createRequire, registerHooks, stripTypeScriptTypes } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { ENTRIES, ROOT } from "../support/entries.ts";
import type { Snippet } from "./extract.ts";

/** A snippet's exports, such as a handler. */
export type SnippetModule = Readonly<Record<string, unknown>>;

export interface Ran {
  readonly module: SnippetModule;
  /** Everything that the snippet has printed so far, a line for each call. */
  readonly printed: string;
}

export interface World {
  readonly fetch: typeof fetch;
  /** Folder that is made for the snippet and is its current folder. */
  readonly folder: string;
  /** Values of names that the snippet uses and does not define. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Texts to replace in the code, such as a made-up id by one that the simulator knows. */
  readonly replacements: Readonly<Record<string, string>>;
  /** Modules in place of installed packages, as code. */
  readonly modules: Readonly<Record<string, string>>;
  /** Output that is enough. Without it the snippet must come to its end. */
  readonly isEnough?: ((printed: string) => boolean) | undefined;
}

const MAX_RUN_MS = 20_000;
const SOURCES = new Map(
  ENTRIES.map(({ specifier, source }) => [specifier, pathToFileURL(path.join(ROOT, source)).href]),
);

/** Code of the modules that are not on disk, by URL. */
const virtual = new Map<string, { readonly format: "module" | "commonjs"; readonly source: string }>();
let replaced: World["modules"] = {};

registerHooks({
  resolve(specifier, context, next) {
    if (virtual.has(specifier)) return { url: specifier, shortCircuit: true };
    const isOfSnippet = context.parentURL !== undefined && virtual.has(context.parentURL);
    if (isOfSnippet && specifier in replaced) {
      const url = pathToFileURL(path.join(ROOT, "test/snippets/virtual", `${specifier}.js`)).href;
      virtual.set(url, { format: "module", source: replaced[specifier]! });
      return { url, shortCircuit: true };
    }
    const source = SOURCES.get(specifier);
    return source === undefined ? next(specifier, context) : { url: source, shortCircuit: true };
  },
  load(url, context, next) {
    const found = virtual.get(url);
    return found === undefined ? next(url, context) : { ...found, shortCircuit: true };
  },
});

/** Timers of a snippet that runs on, such as one with a `watch()` loop, keep no process alive. */
const startTimer = globalThis.setTimeout;
globalThis.setTimeout = Object.assign(
  (...args: Parameters<typeof startTimer>) => startTimer(...args).unref(),
  startTimer,
);

let runs = 0;

/** Runs one snippet, until it ends or has printed enough. One at a time: `fetch` and the current folder are global. */
export async function execute(snippet: Snippet, world: World): Promise<Ran> {
  const isCommonJs = snippet.language === "js" && /\brequire\(/.test(snippet.code);
  const file = path.join(ROOT, "test/snippets/virtual", `${(runs += 1)}.${isCommonJs ? "cjs" : "mjs"}`);
  const url = pathToFileURL(file).href;
  const console = new Printer();
  const names = { ...world.given, console };
  (globalThis as unknown as Record<string, unknown>)[`snippet${runs}`] = names;
  virtual.set(url, {
    format: isCommonJs ? "commonjs" : "module",
    source: codeOf(snippet, world.replacements, `snippet${runs}`, Object.keys(names)),
  });
  replaced = world.modules;
  globalThis.fetch = world.fetch;
  mkdirSync(world.folder, { recursive: true });
  process.chdir(world.folder);

  let limit: NodeJS.Timeout | undefined;
  const hanging = new Promise<never>((_resolve, reject) => {
    const fail = (): void => reject(new Error(`still running after ${MAX_RUN_MS} ms; it printed:\n${console.text}`));
    limit = startTimer(fail, MAX_RUN_MS);
  });
  const ending = isCommonJs
    ? Promise.resolve(createRequire(file)(url) as SnippetModule)
    : (import(url) as Promise<SnippetModule>);
  const enough = console.until(isCommonJs ? () => false : (printed) => world.isEnough?.(printed) === true);
  try {
    const module = (await Promise.race([ending, enough, hanging])) ?? {};
    if (isCommonJs) await Promise.race([console.until((printed) => world.isEnough?.(printed) !== false), hanging]);
    return {
      module,
      get printed() {
        return console.text;
      },
    };
  } finally {
    clearTimeout(limit);
  }
}

/** A `console` that keeps what is printed. */
class Printer {
  text = "";
  readonly #waiting: (() => void)[] = [];

  readonly log = (...values: readonly unknown[]): void => {
    this.text += `${values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ")}\n`;
    for (const wake of this.#waiting) wake();
  };
  readonly warn = this.log;
  readonly error = this.log;

  until(isEnough: (printed: string) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (isEnough(this.text)) resolve();
      };
      this.#waiting.push(look);
      look();
    });
  }
}

/** The code without types, with the names that it does not define itself in front. */
function codeOf(
  { code, language }: Snippet,
  replacements: World["replacements"],
  namesOf: string,
  names: readonly string[],
): string {
  let text = language === "js" ? code : stripTypeScriptTypes(code);
  for (const [from, to] of Object.entries(replacements)) text = text.replaceAll(from, to);
  const missing = names.filter((name) => !new RegExp(`\\b(?:const|let|function|class) ${name}\\b`).test(text));
  return `const { ${missing.join(", ")} } = globalThis.${namesOf}; ${text}\n`;
}
