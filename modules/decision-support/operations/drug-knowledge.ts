import { defineOperation, type OperationContext } from '#sdk';
import { isOf, readFact, type FactResource } from '../knowledge/knowledge.ts';
import { KNOWLEDGE_VERSION, SHIPPED_RESOURCES } from '../knowledge/shipped.ts';
import { ingredientsNamed } from '../knowledge/vocabulary.ts';
import { CONTRAINDICATION_RULE, DOSE_RULE, INTERACTION_RULE } from '../names.ts';

export const drugKnowledge = defineOperation({
  code: 'drug-knowledge',
  title: 'What checks of orders know',
  text: 'The facts by which orders are checked, as resources with their citations: those that are shipped, then those of the clinic.',
  levels: ['system'],
  affectsState: false,
  input: { drug: { type: 'string', text: 'Only what is known of the ingredient or brand of this name.' } },
  output: { return: { type: 'Resource', min: 1, text: 'A Bundle of the facts.' } },
  async run(context, { input }) {
    const facts = [...SHIPPED_RESOURCES, ...(await siteFacts(context))];
    const wanted = input.drug === undefined ? undefined : (ingredientsNamed(input.drug) ?? []);
    const chosen = wanted === undefined ? facts : facts.filter((fact) => wanted.some((each) => isAbout(fact, each)));
    return {
      resourceType: 'Bundle',
      type: 'collection',
      identifier: { system: 'https://athanor.health/fhir/drug-knowledge', value: KNOWLEDGE_VERSION },
      ...(chosen.length === 0 ? {} : { entry: chosen.map((resource) => ({ resource })) }),
    };
  },
});

async function siteFacts(context: OperationContext): Promise<readonly FactResource[]> {
  return [
    ...(await context.search('MedicinalProductInteraction', `_profile=${INTERACTION_RULE}`)),
    ...(await context.search('MedicinalProductContraindication', `_profile=${CONTRAINDICATION_RULE}`)),
    ...(await context.search('MedicationKnowledge', `_profile=${DOSE_RULE}`)),
  ];
}

function isAbout(resource: FactResource, ingredient: string): boolean {
  const fact = readFact(resource);
  if (fact.type === 'interaction') return fact.rule.sides.some((side) => isOf(ingredient, side));
  return isOf(ingredient, fact.type === 'dose' ? fact.rule.ingredient : fact.rule.drug);
}
