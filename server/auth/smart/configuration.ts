import { MANAGEMENT_ROUTE, REGISTRATION_ROUTE, ROUTES, type Addresses } from '../oauth/options.ts';
import { CLIENT_AUTH } from '../oauth/clients/client.ts';
import { PLAIN_SCOPES } from './grantable.ts';

/** https://hl7.org/fhir/smart-app-launch/conformance.html#capability-sets */
const CAPABILITIES = [
  'launch-ehr',
  'launch-standalone',
  'authorize-post',
  'client-public',
  'client-confidential-symmetric',
  'client-confidential-asymmetric',
  'sso-openid-connect',
  'context-banner',
  'context-style',
  'context-ehr-patient',
  'context-ehr-encounter',
  'context-standalone-patient',
  'context-standalone-encounter',
  'permission-offline',
  'permission-online',
  'permission-patient',
  'permission-user',
  'permission-v1',
  'permission-v2',
] as const;

/** What apps read before a launch. https://hl7.org/fhir/smart-app-launch/conformance.html#using-well-known */
export function smartConfiguration({ issuer, fhirBase }: Addresses, hasRegistration: boolean): object {
  return {
    issuer,
    jwks_uri: issuer + ROUTES.jwks,
    authorization_endpoint: issuer + ROUTES.authorization,
    token_endpoint: issuer + ROUTES.token,
    introspection_endpoint: issuer + ROUTES.introspection,
    revocation_endpoint: issuer + ROUTES.revocation,
    management_endpoint: issuer + MANAGEMENT_ROUTE,
    ...(hasRegistration ? { registration_endpoint: issuer + REGISTRATION_ROUTE } : {}),
    user_access_brand_bundle: `${fhirBase}/${BRANDS_PATH}`,
    user_access_brand_identifier: { system: 'urn:ietf:rfc:3986', value: fhirBase },
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: CLIENT_AUTH,
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    scopes_supported: [
      ...PLAIN_SCOPES,
      ...['patient', 'user', 'system'].flatMap((context) => [`${context}/*.cruds`, `${context}/*.*`]),
    ],
    capabilities: CAPABILITIES,
  };
}

/** Below the FHIR base. */
export const CONFIGURATION_PATH = '.well-known/smart-configuration';
export const BRANDS_PATH = '.well-known/user-access-brands.json';
