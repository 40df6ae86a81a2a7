/** Whom the suite's services know, and what they are asked for. */
export const ACCOUNT = { username: "someone@example.com", password: "correct horse ✓ battery" };
export const AUTHENTICATE = "AuthenticatePublisherAccount";
export const LOG_IN = "LoginPublisherAccountById";
export const READ = "ReadPublisherLatestGlucoseValues";
