import { defineOperation, type ClinicTransaction, type ResourceOf } from '#sdk';
import { faults } from '../faults.ts';
import { carryOut, decisionsIn, medicinesOf, proposedList } from '../reconciliation.ts';

export const reconcile = defineOperation({
  code: 'reconcile',
  title: 'Reconcile medications',
  text: 'Without a list: the medications of a patient, to be decided about. With it: carries out what was decided about each of them, all or nothing, and stores the list in place of the one before.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: true,
  input: {
    list: {
      type: 'Resource',
      text: 'The list with a flag of reconciliation-decision in each entry: continue, stop, hold, prescribe.',
    },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The list: to be decided, or as stored.' } },
  async run(context, { id = '', input }) {
    const { list } = input;
    if (list === undefined) return proposedList(id, await medicinesOf(id, context), context.now());
    if (list.resourceType !== 'List') throw faults.listNeeded('it is no List.');
    return context.inTransaction(async (clinic) => {
      await clinic.lock(`reconcile|${id}`);
      const decisions = decisionsIn(list, await medicinesOf(id, clinic));
      const entry: NonNullable<ResourceOf<'List'>['entry']> = [];
      for (const [medicine, decision] of decisions) {
        const reference = await carryOut(medicine, decision, clinic, context);
        const given = list.entry?.find(({ item }) => item.reference === `${medicine.resourceType}/${medicine.id}`);
        entry.push({ ...given, item: { ...given?.item, reference } });
      }
      await retireOthers(id, clinic);
      const { id: _draft, entry: _decided, ...rest } = proposedList(id, [], context.now());
      return clinic.create<'List'>({
        ...withoutReason(rest, entry.length),
        mode: 'snapshot',
        title: 'Reconciled medications',
        ...(context.actor.reference === undefined ? {} : { source: { reference: context.actor.reference } }),
        ...(entry.length === 0 ? {} : { entry }),
      });
    });
  },
});

function withoutReason(list: ResourceOf<'List'>, entries: number): ResourceOf<'List'> {
  if (entries === 0) return list;
  const { emptyReason: _reason, ...rest } = list;
  return rest;
}

/** The list that holds is the latest. */
async function retireOthers(patient: string, clinic: ClinicTransaction): Promise<void> {
  const code = encodeURIComponent('http://loinc.org|10160-0');
  for (const list of await clinic.search('List', `subject=Patient/${patient}&code=${code}&status=current`)) {
    await clinic.update<'List'>({ ...list, status: 'retired' });
  }
}
