import { defineOperation, type AnyResource, type TransactionEntry } from '#sdk';
import { faults } from '../faults.ts';
import { CONTRAINDICATION_RULE, DOSE_RULE, INTERACTION_RULE } from '../names.ts';
import { readRuleTable } from '../knowledge/rule-table.ts';

const PROFILES: Readonly<Record<string, string>> = {
  MedicinalProductInteraction: INTERACTION_RULE,
  MedicinalProductContraindication: CONTRAINDICATION_RULE,
  MedicationKnowledge: DOSE_RULE,
};

export const importDrugRules = defineOperation({
  code: 'import-drug-rules',
  title: 'Import rules about drugs',
  text:
    'Stores rules of the clinic, all or none, each under its id, so that a second import takes the place of the first. ' +
    'Checks use them within a second.',
  levels: ['system'],
  affectsState: true,
  input: {
    rules: { type: 'Resource', text: 'A Bundle of rules with ids, in the form that $drug-knowledge gives.' },
    csv: {
      type: 'string',
      text: 'Interactions as CSV with a header: id,first,second,severity,effect,management,citation,mechanism.',
    },
  },
  output: { count: { type: 'integer', min: 1, text: 'How many rules were stored.' } },
  async run(context, { input }) {
    const rules = [...bundled(input.rules), ...(input.csv === undefined ? [] : readRuleTable(input.csv))];
    if (rules.length === 0) throw faults.badRules('send a Bundle with entries as rules, or csv with lines.');
    const entries = rules.map((resource): TransactionEntry => {
      return { resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}` } };
    });
    await context.transaction(entries);
    return { count: rules.length };
  },
});

function bundled(resource: AnyResource | undefined): readonly AnyResource[] {
  if (resource === undefined) return [];
  if (resource.resourceType !== 'Bundle') throw faults.badRules('rules must be a Bundle.');
  return (resource.entry ?? []).map(({ resource: rule }, index) => {
    const profile = rule === undefined ? undefined : PROFILES[rule.resourceType];
    if (rule?.id === undefined || profile === undefined) {
      const types = Object.keys(PROFILES).join(', ');
      throw faults.badRules(`entry[${index}] must be one of ${types}, with an id.`);
    }
    return { ...rule, meta: { profile: [profile] } } as AnyResource;
  });
}
