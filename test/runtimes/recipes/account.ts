/** Account of the recipes, and the token of their page. */
export const ACCOUNT: { readonly username: string; readonly password: string } = {
  username: "someone@example.com",
  password: "secret",
};

export const PAGE_TOKEN = "made-up-token-0123456789";

/** Environment that the recipes read. */
export const RECIPE_ENV: Readonly<Record<string, string>> = {
  DEXCOM_USERNAME: ACCOUNT.username,
  DEXCOM_PASSWORD: ACCOUNT.password,
  PAGE_TOKEN,
};
