import { defineBot } from '#sdk';
import { chargeDose } from '../charge/charge-dose.ts';
import { MISSING } from '../charge/tasks.ts';

/** A search that finds more is refused: then the run is repeated and somebody hears of it. */
const MOST = 20_000;

/** An account was opened, or a price was stored: what could not be charged is tried again. */
export const missingCharges = defineBot({
  name: 'missing-charges',
  title: 'Tries again to charge what could not be charged',
  on: { cron: '10 * * * *' },
  timeoutMs: 600_000,
  async run(_event, clinic) {
    const failures: unknown[] = [];
    for (const { focus } of await clinic.search('Task', MISSING, MOST)) {
      const dose = await clinic.resolve(focus, 'MedicationAdministration');
      try {
        if (dose !== undefined) await chargeDose(dose.id, clinic);
      } catch (error) {
        // One that fails keeps no other from being charged.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} doses could not be tried`);
  },
});
