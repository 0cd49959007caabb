import type { JsonObject } from '../../kernel/json.ts';
import type { Addresses } from '../oauth/options.ts';

const PROFILES = 'http://hl7.org/fhir/smart-app-launch/StructureDefinition';

/**
 * Whose data patients find behind this server, for apps that let them choose: an Organization each, and the one Endpoint.
 * https://hl7.org/fhir/smart-app-launch/brands.html
 * @param organizations Organization resources
 */
export function brandsBundle({ fhirBase }: Addresses, organizations: readonly JsonObject[], now: number): JsonObject {
  const timestamp = new Date(now).toISOString();
  const endpoint: JsonObject = {
    resourceType: 'Endpoint',
    id: 'fhir',
    meta: { profile: [`${PROFILES}/user-access-endpoint`] },
    extension: [
      {
        url: `http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version`,
        valueCode: '4.0.1',
      },
    ],
    status: 'active',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7-fhir-rest' },
    name: 'FHIR R4',
    payloadType: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/endpoint-payload-type', code: 'none' }] },
    ],
    address: fhirBase,
  };
  const brands = organizations.map((organization): JsonObject => ({
    ...organization,
    meta: { profile: [`${PROFILES}/user-access-brand`] },
    endpoint: [{ reference: 'Endpoint/fhir' }],
  }));
  return {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp,
    meta: { lastUpdated: timestamp, profile: [`${PROFILES}/user-access-brands-bundle`] },
    entry: [endpoint, ...brands].map((resource) => ({
      fullUrl: `${fhirBase}/${String(resource.resourceType)}/${String(resource.id)}`,
      resource,
    })),
  };
}
