import type { JsonObject } from '../../server/kernel/json.ts';

export const ANIMALS = 'http://clinic.example.org/CodeSystem/animals';

/** A small system: a hierarchy with a second parent by property, a retired and an abstract concept, translations. */
export const animals: JsonObject = {
  resourceType: 'CodeSystem',
  url: ANIMALS,
  version: '2.0.0',
  language: 'en',
  name: 'Animals',
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  property: [
    { code: 'status', uri: 'http://hl7.org/fhir/concept-properties#status', type: 'code' },
    { code: 'group', uri: 'http://hl7.org/fhir/concept-properties#notSelectable', type: 'boolean' },
    { code: 'above', uri: 'http://hl7.org/fhir/concept-properties#parent', type: 'code' },
    { code: 'legs', type: 'integer' },
    { code: 'weight', type: 'decimal' },
  ],
  concept: [
    {
      code: 'mammal',
      display: 'Mammal',
      definition: 'Warm, and gives milk',
      property: [{ code: 'group', valueBoolean: true }],
      concept: [
        {
          code: 'dog',
          display: 'Dog',
          designation: [
            { language: 'de', value: 'Hund' },
            { language: 'fr-CA', value: 'Chien' },
          ],
          property: [{ code: 'legs', valueInteger: 4 }],
          concept: [{ code: 'poodle', display: 'Poodle dog', property: [{ code: 'legs', valueInteger: 4 }] }],
        },
        { code: 'dodo', display: 'Dodo', property: [{ code: 'status', valueCode: 'retired' }] },
        { code: 'whale', display: 'Blue whale', property: [{ code: 'above', valueCode: 'swimmer' }] },
      ],
    },
    { code: 'swimmer', display: 'Swimmer' },
  ],
};
