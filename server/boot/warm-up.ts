import type { Engine } from '../fhir/engine.ts';
import type { JsonObject } from '../kernel/json.ts';

/** What most requests look at: names, coded values, references, quantities, an extension that nobody knows. */
const SAMPLES: readonly JsonObject[] = [
  {
    resourceType: 'Patient',
    extension: [{ url: 'urn:athanor:warm-up', valueBoolean: true }],
    name: [{ family: 'Warm', given: ['Up'] }],
    gender: 'unknown',
    birthDate: '2000-01-01',
    maritalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'M' }] },
  },
  {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'warm-up' },
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2000-01-01',
    valueQuantity: { value: 1, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  },
];

/**
 * Validates samples, so that tables of rules and code systems are made before somebody waits for them: 0.3 s, which the
 * first write would take otherwise.
 */
export function warmUp(engine: Engine, onError: (error: unknown) => void): void {
  // After what is on its way: a server is ready before it is warm.
  setImmediate(() => {
    Promise.all(SAMPLES.map(async (sample) => engine.examine(sample, []))).catch(onError);
  });
}
