import { builtinModules } from "node:module";
import path from "node:path";
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * The rooms of src/, ground floor first. A room is a file or folder directly in src/; it may import from its own floor
 * and from those below. `index.ts` stands above them all. A new room needs a line here before it may import anything.
 */
export const FLOORS = [
  ["errors", "region", "clock", "nearest", "validate", "glucose"],
  ["wire"],
  ["events", "http"],
  ["session"],
  ["stores", "options", "query", "connection", "glucose-reading"],
  ["watch"],
  ["dexcom", "sharing", "publisher", "subscriber", "simulator", "poll"],
  ["archive", "statistics", "chart"],
  ["alarms", "nightscout"],
  ["web", "fleet"],
  ["cli"],
  ["index"],
];

/** The packages that src/ may import, and the rooms that may: they are bundled into dist, except the peers `bullmq` and `ioredis`. */
const PACKAGES = {
  commander: ["cli"],
  "d3-array": ["chart"],
  "d3-shape": ["chart"],
  "d3-dsv": ["archive"],
  bullmq: ["fleet"],
  // For the simulated fleet alone.
  ioredis: ["cli"],
  "srvx/node": ["cli"],
};

/** The files of src/ that run on Node only. All others run on every runtime. */
const NODE_ONLY = [
  "src/simulator/node.ts",
  "src/stores/file*.ts",
  "src/archive/sqlite-{archive,open}.ts",
  "src/fleet/**",
  "src/cli/**",
];

const SRC = path.join(import.meta.dirname, "src");

function roomOf(file) {
  const inside = path.relative(SRC, file);
  return inside.startsWith("..") ? undefined : inside.split(path.sep)[0]?.replace(/\.ts$/, "");
}

function floorOf(room) {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

/** What is wrong with the import of `source` in `file`, if anything. */
function wrongImport(file, source, runsOnNode) {
  const room = roomOf(file);
  const floor = floorOf(room);
  if (!source.startsWith(".")) {
    if (source in PACKAGES) {
      return PACKAGES[source].includes(room)
        ? undefined
        : `Only ${PACKAGES[source].join(", ")} may import "${source}".`;
    }
    if (!builtinModules.includes(source.replace(/^node:/, "")) && !source.startsWith("node:")) {
      return `"${source}" would be a runtime dependency: the library has none.`;
    }
    if (!runsOnNode) return `"${source}" exists on Node only, and this file runs everywhere.`;
    return source.startsWith("node:") ? undefined : `Write "node:${source}": other runtimes know it by that name only.`;
  }
  const other = roomOf(path.resolve(path.dirname(file), source));
  if (other === undefined) return "src/ stands by itself: it imports nothing from outside it.";
  const otherFloor = floorOf(other);
  return otherFloor > floor
    ? `"${room}" is on floor ${floor} and may not import "${other}" from floor ${otherFloor}.`
    : undefined;
}

/** A rule of our own, because `no-restricted-imports` sees neither `import()` nor where a file stands. */
const imports = {
  meta: { type: "problem", schema: [{ enum: ["everywhere", "node"] }], messages: { wrong: "{{ what }}" } },
  create(context) {
    const room = roomOf(context.filename);
    if (floorOf(room) < 0) {
      const what = `"${room}" has no floor: add it to FLOORS in eslint.config.js.`;
      return {
        Program: (node) => {
          context.report({ node, messageId: "wrong", data: { what } });
        },
      };
    }
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== "string") return;
      const what = wrongImport(context.filename, source, context.options[0] === "node");
      if (what !== undefined) context.report({ node: node.source, messageId: "wrong", data: { what } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check,
    };
  },
};

const WAIT_BY_HAND = "It can't be cleared, faked by a test clock, or detached: link signals and timers by hand.";

export default defineConfig(
  // The consumers are compiled and run against the packed package by test/package/check.ts.
  { ignores: ["dist/", "coverage/", "test/package/consumers/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number in a message needs no ceremony.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Under noUncheckedIndexedAccess a `!` is how one says that an index is known to be there.
      "@typescript-eslint/no-non-null-assertion": "off",
      // `async` without `await` makes a rejection of whatever is thrown inside, which is the point where it stands.
      "@typescript-eslint/require-await": "off",
      // `void name` says that a name is there only to be left out.
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // `() => stop()` is how one writes a handler; nobody takes its value for one.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["src/**/*.ts"],
    plugins: { rooms: { rules: { imports } } },
    rules: {
      "rooms/imports": ["error", "everywhere"],
      "no-restricted-globals": [
        "error",
        { globals: ["process", "Buffer", "__dirname", "__filename", "setImmediate"], checkGlobalObject: true },
      ],
      "no-restricted-properties": [
        "error",
        { object: "AbortSignal", property: "any", message: WAIT_BY_HAND },
        { object: "AbortSignal", property: "timeout", message: WAIT_BY_HAND },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression:matches([callee.name='fetch'], [callee.object.name='globalThis'][callee.property.name='fetch'])",
          message: "Only src/http/ sends requests.",
        },
      ],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 50, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // What stands here comes from outside: from callers without types, from clients, from the service. It is proved
    // value by value, also where a type claims to know; and until it is, `Array.isArray` and `Object.entries` make `any`
    // of it and these rules see a `{}` where all objects have been dealt with.
    files: ["src/options.ts", "src/wire/**", "src/simulator/**"],
    rules: {
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unnecessary-type-conversion": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-base-to-string": "off",
    },
  },
  // The page asks its own server.
  { files: ["src/http/transport.ts", "src/web/client/**"], rules: { "no-restricted-syntax": "off" } },
  { files: NODE_ONLY, rules: { "rooms/imports": ["error", "node"], "no-restricted-globals": "off" } },
  {
    files: ["test/**/*.ts"],
    rules: {
      // node:test itself awaits what these return.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["test", "it", "describe", "suite"] },
          ],
        },
      ],
      // Tests hand over what the types forbid, to see it refused.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/prefer-promise-reject-errors": "off",
    },
  },
);
