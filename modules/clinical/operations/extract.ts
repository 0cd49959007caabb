import { defineOperation, type OperationContext, type ResourceOf, type TypeName } from '#sdk';
import { faults } from '../faults.ts';
import { extractedFrom, templateTypes, type Extracted } from '../forms/extracted.ts';
import { questionnaireOf } from '../forms/questionnaire-of.ts';
import { storeExtracted } from '../forms/store-extracted.ts';

/** https://hl7.org/fhir/uv/sdc/OperationDefinition-QuestionnaireResponse-extract.html */
export const extract = defineOperation({
  code: 'extract',
  title: 'Make resources of a response',
  text:
    'What a completed QuestionnaireResponse says, as resources, by the templates of its Questionnaire (template-based extraction of SDC). ' +
    'On an instance it is stored in one transaction: a new version of the response changes what an earlier one made, the same version ' +
    'nothing. On the type, with the response in the body, the answer is the transaction that would store it.',
  levels: ['type', 'instance'],
  types: ['QuestionnaireResponse'],
  affectsState: true,
  input: { 'questionnaire-response': { type: 'Resource', text: 'On the type: the response.' } },
  output: { return: { type: 'Resource', min: 1, text: 'A Bundle with the resources.' } },
  async run(context, { id, input }) {
    const given = input['questionnaire-response'];
    if (id === undefined) {
      if (given?.resourceType !== 'QuestionnaireResponse') throw faults.extractNeedsResponse();
      const { extracted } = await extractedOf(context, given);
      return bundle(
        'transaction',
        extracted.map(({ resource }) => ({ resource, request: { method: 'POST', url: resource.resourceType } })),
      );
    }
    if (given !== undefined) throw faults.extractNeedsResponse();
    return context.inTransaction(async (clinic) => {
      await clinic.lock(`clinical.extract ${id}`);
      const response = await clinic.read('QuestionnaireResponse', id);
      if (response === undefined) throw faults.formNotComplete();
      const { extracted, types } = await extractedOf({ ...context, ...clinic }, response);
      const written = await storeExtracted(clinic, response, extracted, types);
      const entries = written.map(({ resource, wasThere }) => ({
        resource,
        response: {
          status: wasThere ? '200' : '201',
          location: `${resource.resourceType}/${resource.id}/_history/${resource.meta.versionId}`,
          etag: `W/"${resource.meta.versionId}"`,
          lastModified: resource.meta.lastUpdated,
        },
      }));
      return bundle('transaction-response', entries);
    });
  },
});

type Entries = NonNullable<ResourceOf<'Bundle'>['entry']>;

function bundle(type: 'transaction' | 'transaction-response', entry: Entries): ResourceOf<'Bundle'> {
  return { resourceType: 'Bundle', type, ...(entry.length === 0 ? {} : { entry }) };
}

async function extractedOf(
  context: Pick<OperationContext, 'search' | 'fhirPath'> & Parameters<typeof questionnaireOf>[0],
  response: ResourceOf<'QuestionnaireResponse'>,
): Promise<{ readonly extracted: readonly Extracted[]; readonly types: readonly TypeName[] }> {
  if (response.status !== 'completed' && response.status !== 'amended') throw faults.formNotComplete();
  const questionnaire = await questionnaireOf(context, response.questionnaire);
  const extracted = extractedFrom(questionnaire, response, context.fhirPath);
  const types = templateTypes(questionnaire);
  return { extracted, types };
}
