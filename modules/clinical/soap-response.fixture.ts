const SOAP = 'https://athanor.health/fhir/Questionnaire/clinical-soap-note';

const answer = (linkId: string, valueString: string) => ({ linkId, answer: [{ valueString }] });

/** A completed form of a progress note, about Patient/bell by Practitioner/author. */
export function soapResponse(problems: readonly string[], plan = 'Rest.\n\nBack in a week.') {
  return {
    resourceType: 'QuestionnaireResponse' as const,
    questionnaire: `${SOAP}|0.1.0`,
    status: 'completed' as const,
    subject: { reference: 'Patient/bell' },
    encounter: { reference: 'Encounter/visit' },
    authored: '2026-11-25T10:00:00Z',
    author: { reference: 'Practitioner/author' },
    item: [
      answer('subjective', 'Coughs <since> Monday & sleeps badly'),
      answer('objective', 'Clear chest'),
      {
        linkId: 'weight',
        answer: [{ valueQuantity: { value: 70.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' } }],
      },
      answer('assessment', 'Common cold'),
      ...problems.map((problem) => ({ linkId: 'new-problem', item: [answer('problem', problem)] })),
      answer('plan', plan),
    ],
  };
}
