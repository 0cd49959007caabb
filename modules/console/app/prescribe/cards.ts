import type { MedicationRequest } from '@medplum/fhirtypes';
import type { FhirServer } from '../fhir/server.ts';

/** https://cds-hooks.hl7.org/2.0/#card-attributes */
export interface Card {
  readonly uuid?: string;
  readonly summary: string;
  readonly detail?: string;
  readonly indicator: 'info' | 'warning' | 'critical';
  readonly source: { readonly label: string; readonly url?: string };
}

type Hook = 'order-select' | 'order-sign';

interface Discovery {
  readonly services: readonly { readonly id: string; readonly hook: string }[];
}

export interface OrderAtHand {
  readonly patient: string;
  /** `Practitioner/1`. */
  readonly user: string;
  readonly order: MedicationRequest;
}

/** What the clinic's decision support says of an order, from all services of a hook. https://cds-hooks.hl7.org/hooks/ */
export async function askForCards(
  server: FhirServer,
  hook: Hook,
  { patient, user, order }: OrderAtHand,
): Promise<readonly Card[]> {
  const { services } = (await server.json('/cds-services')) as Discovery;
  const id = order.id ?? 'draft';
  const context = {
    userId: user,
    patientId: patient,
    ...(hook === 'order-select' ? { selections: [`MedicationRequest/${id}`] } : {}),
    draftOrders: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { ...order, id } }] },
  };
  const answers = await Promise.all(
    services
      .filter((service) => service.hook === hook)
      .map(async (service) => {
        const body = { hook, hookInstance: crypto.randomUUID(), fhirServer: server.base, context };
        return (await server.json(`/cds-services/${service.id}`, body)) as { readonly cards: readonly Card[] };
      }),
  );
  return answers.flatMap(({ cards }) => cards);
}
