import { defineOperation, type ClinicTransaction, type OperationContext, type ResourceOf } from '#sdk';
import { ACCOUNTS } from '../accounts.ts';
import { dayPart, parameters, parts, referencePart, type Parameter } from '../answer.ts';
import { faults } from '../faults.ts';
import { lotIn, type Lot } from '../lot.ts';
import { structure } from '../names.ts';
import { releaseDownTo } from '../reservation.ts';
import { TABLES_OF_STOCK } from '../stock-tables.ts';
import { stockTask } from '../task.ts';
import { visibleById, visibleOf } from '../visible.ts';

export const recall = defineOperation({
  code: 'recall',
  title: 'Recall a lot',
  text: 'The lot is not given to patients any more, its reservations end, and who got some of it is listed, each with a draft of a message.',
  levels: ['instance'],
  types: ['Medication'],
  affectsState: true,
  input: { reason: { type: 'string', min: 1, text: 'Why, for those who are told.' } },
  output: {
    return: {
      type: 'Resource',
      min: 1,
      text: 'Parameters: "lot", "released" (reservations), "stock" with parts location and quantity, "patient" (Reference), "communication" (drafts), "task"; of them what the caller may see.',
    },
  },
  async run(context, { id = '', input }) {
    const known = lotIn(await context.read('Medication', id));
    if (known === undefined) throw faults.unknownLot();
    // Whom the caller may see is another question than whom a recalled medicine reached.
    const done = await context.asServer(async (clinic) => {
      await clinic.lock(`recall ${id}`);
      const lot = await clinic.change('Medication', id, recalled);
      const released = await releaseDownTo(clinic, { lot: id, most: 0 });
      const patients = await patientsOf(clinic, id);
      const communications = [];
      for (const patient of patients) {
        const draft = messageTo(patient, known, input.reason, context);
        communications.push(await clinic.createOnce(`recall|${id}|${patient}`, draft));
      }
      const description = `Lot ${known.lotNumber} was recalled: ${input.reason}`;
      const task = stockTask({ code: 'recall', focus: `Medication/${id}`, description, at: context.now() });
      const stock = await stockOf(clinic, known);
      return { lot, released, patients, communications, stock, task: await clinic.createOnce(`recall|${id}`, task) };
    });
    const shown = async (name: string, resources: Parameters<typeof visibleOf>[1]): Promise<Parameter[]> =>
      (await visibleOf(context, resources)).map((resource) => ({ name, resource }));
    const patients = await visibleById(
      context,
      'Patient',
      done.patients.map((patient) => patient.replace('Patient/', '')),
    );
    return parameters([
      ...(await shown('lot', [done.lot])),
      ...(await shown('released', done.released)),
      ...done.stock,
      ...[...patients.keys()].map((patient) => referencePart('patient', `Patient/${patient}`)),
      ...(await shown('communication', done.communications)),
      ...(await shown('task', [done.task])),
    ]);
  },
});

function recalled(lot: ResourceOf<'Medication'>): ResourceOf<'Medication'> {
  const url = structure('lot-status');
  const rest = (lot.extension ?? []).filter((each) => each.url !== url);
  return { ...lot, extension: [...rest, { url, valueCode: 'recalled' }] };
}

/** Who was given some of it, and did not return all. */
async function patientsOf(clinic: ClinicTransaction, lot: string): Promise<readonly string[]> {
  const movements = await clinic.search(
    'SupplyDelivery',
    `item=Medication/${lot}&movement-type=issue&patient:missing=false`,
    100_000,
  );
  return [...new Set(movements.flatMap(({ patient }) => patient?.reference ?? []))].sort();
}

async function stockOf(clinic: ClinicTransaction, { id, expiresOn }: Lot): Promise<ReturnType<typeof parts>[]> {
  const tables = await clinic.projection(TABLES_OF_STOCK);
  const rows = await tables.query<{ location: string; onHand: number }>(
    `select location, on_hand::int as "onHand" from @stock_balance
     where tenant = $1 and lot = $2 and on_hand > 0 and location <> all($3::text[]) order by location`,
    [tables.tenant, id, Object.values(ACCOUNTS)],
  );
  return rows.map(({ location, onHand }) =>
    parts('stock', [
      referencePart('location', `Location/${location}`),
      { name: 'quantity', valueInteger: onHand },
      dayPart('expiry', expiresOn),
    ]),
  );
}

function messageTo(
  patient: string,
  { id, lotNumber }: Lot,
  reason: string,
  { actor, now }: Pick<OperationContext, 'actor' | 'now'>,
): ResourceOf<'Communication'> {
  return {
    resourceType: 'Communication',
    status: 'preparation',
    ...(actor.reference === undefined ? {} : { sender: { reference: actor.reference } }),
    subject: { reference: patient },
    recipient: [{ reference: patient }],
    about: [{ reference: `Medication/${id}` }],
    payload: [
      {
        contentString: `A medicine that you got from us (lot ${lotNumber}) was recalled: ${reason} Please contact us.`,
      },
    ],
    note: [{ time: now().toISOString(), text: 'Draft; to be checked before it is sent.' }],
  };
}
