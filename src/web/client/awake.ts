/** Offers to keep the screen on, in browsers that can. They let go when the page is hidden. */
export function keepAwake(button: HTMLButtonElement): void {
  const { wakeLock } = navigator as { readonly wakeLock?: WakeLock };
  if (wakeLock === undefined) return;
  let sentinel: WakeLockSentinel | undefined;
  let isWanted = false;
  const apply = async (): Promise<void> => {
    try {
      await sentinel?.release();
      sentinel = isWanted && document.visibilityState === "visible" ? await wakeLock.request("screen") : undefined;
    } catch {
      isWanted = false;
    }
    button.setAttribute("aria-pressed", String(isWanted));
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    isWanted = !isWanted;
    void apply();
  });
  document.addEventListener("visibilitychange", () => {
    if (isWanted) void apply();
  });
}
