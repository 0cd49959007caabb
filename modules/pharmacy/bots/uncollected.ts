import { defineBot, Fault, type BotContext, type Stored } from '#sdk';
import { issuesOf, takeBack } from '../dispensing/take-back.ts';
import { TASK_SYSTEM } from '../names.ts';
import { movedBy } from '../vault/moved.ts';
import { vaultsAmong } from '../vault/vault-place.ts';

const DAY = 86_400_000;
/** More does not wait in a pharmacy. */
const MOST = 10_000;

/** What is to be told of a dispense that nobody came for. */
const TEXTS = {
  back: 'Not collected. It was put back into stock; take it off the shelf for pick-up.',
  vault: 'Not collected. It came out of a vault: put it back there with $cancel-dispense, before a witness.',
} as const;

/** What was prepared and not collected for too long goes back into stock; somebody is told once. */
export const uncollected = defineBot({
  name: 'uncollected',
  title: 'Puts back what was not collected',
  on: { cron: '30 4 * * *' },
  timeoutMs: 300_000,
  async run(_event, clinic) {
    const days = Number(clinic.setting('uncollected-days'));
    const before = new Date(clinic.now().getTime() - days * DAY).toISOString();
    const criteria = `status=in-progress,on-hold&whenprepared=lt${before}`;
    for (const { id } of await clinic.search('MedicationDispense', criteria, MOST)) await putBack(id, clinic);
  },
});

/** With the Task in one transaction. What another pharmacy prepared took nothing out of stock here. */
async function putBack(id: string, clinic: BotContext): Promise<void> {
  try {
    await clinic.inTransaction(async (inner) => {
      await inner.lock(`dispense|${id}`);
      const dispense = await inner.read('MedicationDispense', id);
      const issues = await issuesOf(inner, `MedicationDispense/${id}`);
      const isWaiting = dispense?.status === 'in-progress' || dispense?.status === 'on-hold';
      if (dispense === undefined || !isWaiting || issues.length === 0) return;
      // Two persons put back what came out of a vault.
      const origins = issues.map((each) => movedBy(each).origin);
      const vaults = await vaultsAmong(await inner.projection('pharmacy.vault'), origins);
      if (vaults.length === 0) await takeBack(inner, dispense, undefined, clinic.now());
      const text = TEXTS[vaults.length === 0 ? 'back' : 'vault'];
      await inner.createOnce(`uncollected|MedicationDispense/${id}`, taskFor(dispense, text));
    });
  } catch (error) {
    // One that cannot be put back must not keep the others on the shelf.
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    clinic.log('warn', `MedicationDispense/${id} could not be put back: ${error.code}`);
  }
}

function taskFor(dispense: Stored<'MedicationDispense'>, description: string): Omit<Stored<'Task'>, 'id' | 'meta'> {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_SYSTEM, code: 'uncollected' }] },
    focus: { reference: `MedicationDispense/${dispense.id}` },
    ...(dispense.subject === undefined ? {} : { for: dispense.subject }),
    ...(dispense.location === undefined ? {} : { location: dispense.location }),
    description,
  };
}
