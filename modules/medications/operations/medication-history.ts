import { defineOperation } from '#sdk';
import { medicationHistory, type HistoryItem } from '../medication-history.ts';

/** More than a life has; a search that finds more is refused. */
const MOST = 20_000;

export const medicationHistoryOperation = defineOperation({
  code: 'medication-history',
  title: 'Medication history of a patient',
  text: 'What a patient was prescribed, was dispensed, was given and says that they take: one list, the latest first, with each prescription once.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: false,
  input: {
    since: { type: 'date', text: 'Nothing that was over before that day.' },
  },
  output: {
    return: {
      type: 'Resource',
      min: 1,
      text: 'Parameters: repeated "item" with parts medication, status, start, last-dispensed, last-given, dosage, source (repeated).',
    },
  },
  async run(context, { id = '', input }) {
    const about = `patient=Patient/${id}&status:not=entered-in-error`;
    const [requests, dispenses, administrations, statements] = await Promise.all([
      context.search('MedicationRequest', `${about},draft&_sort=authoredon`, MOST),
      context.search('MedicationDispense', about, MOST),
      context.search('MedicationAdministration', about, MOST),
      context.search('MedicationStatement', about, MOST),
    ]);
    const zone = context.setting('time-zone');
    const items = medicationHistory({ requests, dispenses, administrations, statements }, zone);
    const shown = items.filter((item) => input.since === undefined || isSince(item, input.since));
    return { resourceType: 'Parameters', ...(shown.length === 0 ? {} : { parameter: shown.map(parameterOf) }) };
  },
});

function isSince({ start, lastDispensed, lastGiven, status }: HistoryItem, since: string): boolean {
  if (status === 'active' || status === 'on-hold') return true;
  return [start, lastDispensed, lastGiven].some((time) => time !== undefined && time.slice(0, since.length) >= since);
}

function parameterOf(item: HistoryItem): { readonly name: string; readonly part: object[] } {
  const { medication, status, start, lastDispensed, lastGiven, dosage, sources } = item;
  const isReference = medication !== undefined && 'reference' in medication;
  const part = [
    ...(medication === undefined
      ? []
      : [
          {
            name: 'medication',
            ...(isReference ? { valueReference: medication } : { valueCodeableConcept: medication }),
          },
        ]),
    { name: 'status', valueCode: status },
    ...[
      ['start', start],
      ['last-dispensed', lastDispensed],
      ['last-given', lastGiven],
    ].flatMap(([name, time]) => (time === undefined ? [] : [{ name, valueDateTime: time }])),
    ...(dosage === undefined ? [] : [{ name: 'dosage', valueDosage: dosage }]),
    ...sources.map((reference) => ({ name: 'source', valueReference: { reference } })),
  ];
  return { name: 'item', part };
}
