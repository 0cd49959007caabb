import { defineOperation } from '#sdk';
import { documentBundle } from '../documents/document.ts';
import { readReferenced } from '../documents/referenced.ts';
import { referencesIn } from '../documents/references-in.ts';
import { faults } from '../faults.ts';

/** https://hl7.org/fhir/R4/composition-operation-document.html */
export const document = defineOperation({
  code: 'document',
  title: 'A note as a document',
  text: 'A Bundle of type document with the Composition and all that it refers to, as far as the caller may see it. It is not stored.',
  levels: ['instance'],
  types: ['Composition'],
  affectsState: false,
  input: {},
  output: { return: { type: 'Resource', min: 1, text: 'The Bundle.' } },
  async run(context, { id = '' }) {
    const composition = await context.read('Composition', id);
    if (composition === undefined) throw faults.noSuchNote();
    const fullUrl = (type: string, of: string): string => `${context.baseUrl}/${type}/${of}`;
    const referenced = [...new Set(referencesIn(composition))];
    const found = await Promise.all(referenced.map((each) => readReferenced(context, each)));
    return documentBundle({
      id: `Composition/${id}/_history/${composition.meta.versionId}`,
      at: context.now(),
      composition: { fullUrl: fullUrl('Composition', id), resource: composition },
      others: found.flatMap((resource) =>
        resource === undefined ? [] : [{ fullUrl: fullUrl(resource.resourceType, resource.id), resource }],
      ),
    });
  },
});
