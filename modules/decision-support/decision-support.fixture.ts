import type { ResourceOf } from '#sdk';
import { INGREDIENT } from './names.ts';

type Order = ResourceOf<'MedicationRequest'>;

export const woman = { resourceType: 'Patient', gender: 'female', birthDate: '1980-05-01' } as const;

export function orderFor(subject: string, ingredient: string, status: Order['status'] = 'active'): Order {
  return {
    resourceType: 'MedicationRequest',
    status,
    intent: 'order',
    subject: { reference: subject },
    medicationCodeableConcept: { coding: [{ system: INGREDIENT, code: ingredient }] },
  };
}

/** An override as a clinician writes it. */
export function overrideOf(subject: string, order: string, key: string, author = 'Practitioner/doctor') {
  const action = {
    coding: [{ system: 'https://athanor.health/fhir/CodeSystem/override-reason', code: 'benefit-outweighs-risk' }],
  };
  return {
    resourceType: 'DetectedIssue',
    identifier: [{ system: 'https://athanor.health/fhir/drug-issue', value: key }],
    status: 'final',
    patient: { reference: subject },
    implicated: [{ reference: order }],
    mitigation: [{ action, author: { reference: author } }],
  } as const;
}

export function transactionOf(
  ...resources: readonly { readonly resourceType: string; readonly id?: string }[]
): object {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource, index) => ({
      fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${index}`,
      resource,
      request:
        resource.id === undefined
          ? { method: 'POST', url: resource.resourceType }
          : { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}
