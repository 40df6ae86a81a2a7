/**
 * Situations that an application should be able to handle, each with a sentence that says what happens. They begin when
 * the simulator is made.
 */
export const SCENARIOS = {
  steady: "in range and hardly moving",
  low: "65 mg/dL and falling, below 54 soon, back in range within two hours",
  high: "about 350 mg/dL and rising, HIGH for an hour and more, back in range after four hours",
  outage: "the service is down for the first 20 minutes of every hour (503)",
  stale: "the newest reading is 40 minutes old; what is missing arrives half an hour later, all at once",
  empty: "the account has no readings",
  "no-follower": "the account has no follower, so that its list of readings is empty",
  "compression-low": "the wearer lies on the sensor: a sudden drop of 55 mg/dL, over within the hour",
  "sensor-change": "the sensor ended 40 minutes ago, the next one starts after a warm-up of two hours",
  "429": "too many requests: the service refuses them for the first five minutes of every half hour",
} as const;

/** Name of a scenario. */
export type ScenarioName = keyof typeof SCENARIOS;
