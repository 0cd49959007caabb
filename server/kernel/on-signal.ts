/**
 * Runs `stop` when one of the signals arrives; the same signals are passed over from then on, as a terminal sends them to
 * every process and supervisors repeat them.
 */
export function onSignal(signals: readonly NodeJS.Signals[], stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void stop();
    });
  }
}
