import { keepAwake } from "./awake.ts";
import { Connection } from "./connection.ts";
import { attachCrosshair } from "./crosshair.ts";
import { View } from "./view.ts";

/** Keeps the page up to date. Without this script the page reloads itself once a minute. */
const view = new View(document.querySelector<HTMLElement>("#view")!);
const connection = new Connection(view);
connection.start();
attachCrosshair(view);
keepAwake(document.querySelector<HTMLButtonElement>("#awake")!);
setInterval(() => {
  connection.check();
  view.tick();
}, 1000);
view.tick();
