import { Fault, type BotContext, type Stored } from '#sdk';
import { PRICED_CHARGE } from '../names.ts';
import { accountOf } from './account.ts';
import { isLive } from './charge.ts';
import { givenAt, givenDose, type Dose } from './dose.ts';
import { closeTask, tellCredit, tellMissing } from './tasks.ts';

/**
 * Brings what is charged in line with what became of a dose: given during a stay, it is charged once; what is not, or not any
 * more, is charged no more. Safe to repeat.
 */
export async function chargeDose(id: string, clinic: BotContext): Promise<void> {
  const dose = await clinic.read('MedicationAdministration', id);
  if (dose === undefined) return;
  const charges = await clinic.search('ChargeItem', `service=MedicationAdministration/${id}`);
  const live = charges.filter(isLive);
  if (dose.status !== 'completed') {
    for (const each of live) await takeBack(each, clinic);
    await closeTask(id, 'cancelled', clinic);
    return;
  }
  const stay = await clinic.resolve(dose.context, 'Encounter');
  if (stay === undefined) return;
  if (live.length === 0) {
    try {
      await create(dose, stay, clinic);
    } catch (error) {
      // Others may succeed when they are tried again.
      if (!(error instanceof Fault) || error.status !== 422) throw error;
      await tellMissing(dose, stay, error, clinic);
      return;
    }
  }
  await closeTask(id, 'completed', clinic);
}

/** The server's rules add price and quantity; code and account are what a charge needs to be one. */
async function create(dose: Dose, stay: Stored<'Encounter'>, clinic: BotContext): Promise<void> {
  const patient = await clinic.resolve(dose.subject, 'Patient');
  const account = await accountOf(stay, patient?.id, clinic);
  const { codes, lot } = await givenDose(dose, clinic);
  const performers = (dose.performer ?? []).filter(({ actor }) => actor.reference !== undefined);
  const at = givenAt(dose);
  await clinic.createOnce<'ChargeItem'>(`charge|MedicationAdministration/${dose.id}`, {
    resourceType: 'ChargeItem',
    meta: { profile: [PRICED_CHARGE] },
    status: 'billable',
    code: { coding: codes.map(codingOf) },
    subject: dose.subject,
    context: { reference: `Encounter/${stay.id}` },
    ...(at === '' ? {} : { occurrenceDateTime: at }),
    ...(performers.length === 0
      ? {}
      : { performer: performers.map(({ function: role, actor }) => ({ ...(role && { function: role }), actor })) }),
    enteredDate: clinic.now().toISOString(),
    service: [{ reference: `MedicationAdministration/${dose.id}` }],
    ...(lot === '' ? {} : { productReference: { reference: lot } }),
    account: [{ reference: `Account/${account.id}` }],
  });
}

async function takeBack(charge: Stored<'ChargeItem'>, clinic: BotContext): Promise<void> {
  if (charge.status === 'billed') return tellCredit(charge, clinic);
  const changed = await clinic.change('ChargeItem', charge.id, (current) =>
    current.status === 'planned' || current.status === 'billable'
      ? { ...current, status: 'entered-in-error' }
      : current,
  );
  if (changed.status === 'billed') await tellCredit(changed, clinic);
}

/** Out of `system|code`; a code may hold the separator. */
function codingOf(text: string): { readonly system?: string; readonly code: string } {
  const [system = '', ...rest] = text.split('|');
  return { ...(system === '' ? {} : { system }), code: rest.join('|') };
}
