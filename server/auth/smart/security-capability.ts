import { REGISTRATION_ROUTE, ROUTES, MANAGEMENT_ROUTE, type Addresses } from '../oauth/options.ts';

/**
 * `CapabilityStatement.rest.security` of a server with sign-in.
 * https://hl7.org/fhir/smart-app-launch/conformance.html#declaring-support-for-oauth2-endpoints
 */
export function securityCapability({ issuer }: Addresses, hasRegistration: boolean): object {
  const uris = {
    authorize: issuer + ROUTES.authorization,
    token: issuer + ROUTES.token,
    introspect: issuer + ROUTES.introspection,
    revoke: issuer + ROUTES.revocation,
    manage: issuer + MANAGEMENT_ROUTE,
    ...(hasRegistration ? { register: issuer + REGISTRATION_ROUTE } : {}),
  };
  return {
    cors: true,
    service: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
            code: 'SMART-on-FHIR',
            display: 'SMART-on-FHIR',
          },
        ],
        text: 'OAuth2 using SMART on FHIR',
      },
    ],
    extension: [
      {
        url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
        extension: Object.entries(uris).map(([url, valueUri]) => ({ url, valueUri })),
      },
    ],
  };
}
