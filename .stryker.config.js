/**
 * Settings of `npm run mutation`, which changes the code that accounts and figures depend on and expects a red test for
 * each change. It takes too long for `npm test`; `npm run mutation -- --mutate src/glucose/trend.ts` tries one file.
 */
export default {
  mutate: [
    "src/http/*.ts",
    "src/{session,stores,watch}/*.ts",
    "src/glucose/trend.ts",
    "src/wire/{dates,ids,faults,readings,schema}.ts",
  ],
  // A changed sentence is no fault, and a test that held it would only pin the prose.
  mutator: { excludedMutations: ["StringLiteral"] },
  testRunner: "tap",
  plugins: [import.meta.resolve("./test/mutation/node_modules/@stryker-mutator/tap-runner/dist/src/index.js")],
  // Each mutant is tried by the files that reach it, until one is red: first those that are quick.
  tap: {
    testFiles: [
      "test/wire/{dates,faults,ids,readings,bad-records,fast-path,schema,schema-oracle}.test.ts",
      "test/{glucose/trend,recorded,glucose-reading,dexcom*}.test.ts",
      "test/http/*.test.ts",
      "test/session/{account-record,login-lease,refusal-memory,refusal-rules,sealed-backend}.test.ts",
      "test/session/{resilient-cache,session,session-cache,heal,shared-session}.test.ts",
      "test/session/{one-login,stalled-login,refused-once,cool-down,locked-account}.test.ts",
      "test/session/{session-store,login-lock,stored-refusal,failing-store}.test.ts",
      "test/session/{sealed-entry,attacked-store,undecided-login}.test.ts",
      "test/properties/{aborts,privacy}.test.ts",
      "test/stores/{file,file-attacks,redis,key-value,secrecy}.test.ts",
      "test/watch/*.test.ts",
      "test/session/lock-out.test.ts",
      "test/properties/concurrency.test.ts",
    ],
    // A test that a mutant keeps waiting is red after this time; on two cores none takes a tenth of it.
    nodeArgs: [
      "--import=./test/support/compile-cache.js",
      "--test-reporter=tap",
      "--test-timeout=15000",
      "-r",
      "{{hookFile}}",
      "{{testFile}}",
    ],
  },
  concurrency: 2,
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ["clear-text", "progress", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  allowConsoleColors: false,
  // Beside the coverage reports: no tool looks there.
  jsonReporter: { fileName: "coverage/mutation.json" },
  tempDirName: "coverage/stryker",
};
