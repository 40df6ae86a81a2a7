/** Settings of the compiler under which the README's examples are compiled. */
import path from "node:path";
import type ts from "typescript";
import { ROOT } from "../../support/entries.ts";

export type Kind = "esm" | "cjs";
type Options = Readonly<Record<string, ts.CompilerOptionsValue>>;

/** A row of the table. The options are as in tsconfig.json. */
export interface Setting {
  readonly id: string;
  readonly resolution: string;
  readonly kind: Kind;
  readonly strictness: string;
  readonly options: Options;
}

const DOM: Options = { lib: ["ES2022", "DOM"], types: [] };
const NODE: Options = { lib: ["ES2022"], types: ["node"], typeRoots: [path.join(ROOT, "node_modules/@types")] };

const STRICTNESS: Readonly<Record<string, Options>> = {
  "not strict": { ...DOM, strict: false, skipLibCheck: true },
  "strict, libraries checked": { ...DOM, strict: true, skipLibCheck: false },
  "strictest, without DOM": {
    ...NODE,
    strict: true,
    exactOptionalPropertyTypes: true,
    isolatedModules: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: true,
  },
};

const RESOLUTION: Readonly<Record<string, Options>> = {
  node16: { module: "node16", moduleResolution: "node16" },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
};

/** A bundler's code is ESM. `verbatimModuleSyntax` forbids `import` in a CommonJS module. */
export const SETTINGS: readonly Setting[] = Object.entries(RESOLUTION).flatMap(([resolution, resolving]) =>
  (resolution === "bundler" ? (["esm"] as const) : (["esm", "cjs"] as const)).flatMap((kind) =>
    Object.entries(STRICTNESS).map(([strictness, strict]) => ({
      id: `${resolution}-${kind}-${strictness.replaceAll(/\W+/g, "-")}`,
      resolution,
      kind,
      strictness,
      options: {
        ...resolving,
        ...strict,
        ...(kind === "esm" && strict["isolatedModules"] === true && { verbatimModuleSyntax: true }),
        target: "es2022",
        allowJs: true,
      },
    })),
  ),
);
