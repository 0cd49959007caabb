import { decimalText, defineReport, type ResourceOf } from '#sdk';
import { stockOnHand } from '#modules/supply';
import { faults } from '../faults.ts';
import { scheduleOf } from '../dispensing/product-facts.ts';
import { codeSystem } from '../names.ts';
import { localName } from '../vault/moved.ts';

/** Schedule II is recorded apart from the others. https://www.ecfr.gov/current/title-21/part-1304/section-1304.11 */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  CII: ['CII'],
  'CIII-V': ['CIII', 'CIV', 'CV'],
};

/** What is there of controlled substances, as the initial and biennial inventories ask for. */
export const controlledInventory = defineReport({
  id: 'controlled-inventory',
  title: 'Inventory of controlled substances',
  text: 'Name, strength, form and number of each controlled substance at a place and those that are part of it; schedule II apart from III to V.',
  roles: ['pharmacist', 'administrator', 'auditor'],
  input: {
    location: { type: 'string', min: 1, text: 'Location/[id]: the registered place.' },
    group: { type: 'code', min: 1, text: 'Which schedules.', oneOf: Object.keys(GROUPS) },
    at: { type: 'dateTime', text: 'As of when, such as the opening or close of business; default now.' },
  },
  columns: [
    { name: 'place', title: 'Place', type: 'string' },
    { name: 'name', title: 'Substance', type: 'string' },
    { name: 'strength', title: 'Strength', type: 'string' },
    { name: 'form', title: 'Form', type: 'string' },
    { name: 'schedule', title: 'Schedule', type: 'code' },
    { name: 'lot', title: 'Lot', type: 'string' },
    { name: 'expires', title: 'Expires', type: 'date' },
    { name: 'count', title: 'Count', type: 'integer' },
    { name: 'unit', title: 'Unit', type: 'code' },
  ],
  async run(context, { location, group, at }) {
    const place = localName({ reference: location });
    if (!place.startsWith('Location/')) throw faults.whereFrom();
    const codes = GROUPS[group] ?? [];
    const tokens = codes.map((code) => encodeURIComponent(`${codeSystem('controlled-schedule')}|${code}`)).join(',');
    const found = await context.search('MedicationKnowledge', `controlled-schedule=${tokens}`);
    const products = new Map(found.map((each) => [each.id, each]));
    const levels = await stockOnHand(context, {
      location: place.replace('Location/', ''),
      includeChildren: true,
      ...(at === undefined ? {} : { asOf: new Date(at) }),
    });
    return levels.flatMap(({ location: where, product, lotNumber, expiresOn, onHand, unit }) => {
      const known = products.get(product);
      if (known === undefined) return [];
      const name = labelOf(known.code);
      const form = labelOf(known.doseForm);
      return [
        [
          `Location/${where}`,
          name,
          strengthOf(known),
          form,
          scheduleOf(known) ?? null,
          lotNumber,
          expiresOn,
          onHand,
          unit,
        ],
      ];
    });
  },
});

function labelOf(concept: ResourceOf<'MedicationKnowledge'>['code']): string | null {
  const [coding] = concept?.coding ?? [];
  return concept?.text ?? coding?.display ?? coding?.code ?? null;
}

/** `500 mg / 1 {tablet}`, of each ingredient. */
function strengthOf({ ingredient = [] }: ResourceOf<'MedicationKnowledge'>): string {
  return ingredient
    .map(({ strength }) =>
      [strength?.numerator, strength?.denominator]
        .map((part) => `${decimalText(part, 'value') ?? '?'} ${part?.code ?? part?.unit ?? ''}`.trim())
        .join(' / '),
    )
    .join(' + ');
}
