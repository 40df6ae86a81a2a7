import { documentHtml } from "./document.ts";

interface LoginOptions {
  readonly basePath: string;
  readonly nonce: string;
  readonly isWrong: boolean;
}

/** Writes the page that asks for the token. */
export function loginHtml({ basePath, nonce, isWrong }: LoginOptions): string {
  const body = `<main class="login"><h1>Glucose</h1>
<form method="post" action="${basePath}/login"><label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
${isWrong ? '<p role="alert">That is not the token.</p>' : ""}<button>Show the readings</button></form></main>`;
  return documentHtml({ title: "Glucose: log in", body, nonce });
}
