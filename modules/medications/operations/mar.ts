import { defineOperation, type OperationContext, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { isInpatient } from '../order.ts';
import { marOf, type MarEntry } from '../mar.ts';
import { wardOf } from '../ward.ts';

const HOUR = 3_600_000;
const MAX_HOURS = 72;

export const mar = defineOperation({
  code: 'mar',
  title: 'Medication administration record of a stay',
  text: 'What is due, overdue and given around a time: all doses of the orders of a stay, what may be given as needed and when, and orders whose doses nobody can foresee.',
  levels: ['instance'],
  types: ['Encounter'],
  affectsState: false,
  input: {
    at: { type: 'dateTime', text: 'Default: now.' },
    hours: { type: 'positiveInt', text: 'How many hours before and after; default 12, at most 72.' },
  },
  output: {
    return: {
      type: 'Resource',
      min: 1,
      text:
        'Parameters: "dose" with parts request, medication, dosage, due, status (scheduled, due, overdue, on-hold, given, partial, held, refused, missed), ' +
        'administration, given; "as-needed" with request, medication, dosage, last-given, next-allowed; "unscheduled" with request, medication, dosage, reason.',
    },
  },
  async run(context, { id = '', input }) {
    const stay = await context.read('Encounter', id);
    if (stay === undefined) throw faults.notPatient();
    const { at, hours } = momentsOf(input, context);
    const ward = await wardOf(stay, context);
    const [ordered, given] = await Promise.all([ordersOf(id, context), administrationsOf(id, context)]);
    const orders = ordered.filter(isInpatient);
    const window = { from: new Date(at.getTime() - hours * HOUR), to: new Date(at.getTime() + hours * HOUR) };
    const late = Number(context.setting('late-minutes'));
    const entries = marOf({ orders, given, at, window, ward, late, zone: context.setting('time-zone') });
    return { resourceType: 'Parameters', ...(entries.length === 0 ? {} : { parameter: entries.map(parameterOf) }) };
  },
});

function momentsOf(
  { at, hours = 12 }: { readonly at: string | undefined; readonly hours: number | undefined },
  context: OperationContext,
): { readonly at: Date; readonly hours: number } {
  const moment = at === undefined ? context.now() : new Date(at);
  if ((at !== undefined && !at.includes('T')) || hours > MAX_HOURS) throw faults.badMarWindow(MAX_HOURS);
  return { at: moment, hours };
}

function ordersOf(id: string, context: OperationContext): Promise<readonly Stored<'MedicationRequest'>[]> {
  return context.search('MedicationRequest', `encounter=Encounter/${id}&status:not=draft,entered-in-error`);
}

function administrationsOf(
  id: string,
  context: OperationContext,
): Promise<readonly Stored<'MedicationAdministration'>[]> {
  return context.search('MedicationAdministration', `context=Encounter/${id}&status:not=entered-in-error`, 20_000);
}

/** https://hl7.org/fhir/R4/parameters.html: parts in the order of the entry's own. */
function parameterOf({ name, parts }: MarEntry): { readonly name: string; readonly part: object[] } {
  return { name, part: parts.map(([part, value]) => ({ name: part, ...value })) };
}
