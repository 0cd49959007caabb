import { readCdsSettings } from './cds-settings.ts';

const CLIENT = { issuer: 'https://ehr.example/', jwksUri: 'https://ehr.example/jwks' };
const SERVER = { url: 'https://cds.example/cds-services/' };

test('what is left out has a default', () => {
  expect(readCdsSettings(JSON.stringify({ clients: [CLIENT], servers: [SERVER] }))).toEqual({
    clients: [
      { issuer: CLIENT.issuer, tenant: 1, scopes: [], fhirServers: [], keys: { jwksUri: 'https://ehr.example/jwks' } },
    ],
    servers: [{ url: 'https://cds.example/cds-services', tenant: 1, services: undefined, timeout: 2000 }],
  });
  expect(readCdsSettings('{}')).toEqual({ clients: [], servers: [] });
});

test.each([
  [[], '"clients" and "servers"'],
  [{ clients: {} }, '"clients" must be a list'],
  [{ clients: [{ ...CLIENT, issuer: 5 }] }, 'clients[0].issuer'],
  [{ clients: [{ issuer: 'x' }] }, 'clients[0] needs either jwks or jwksUri'],
  [{ clients: [{ ...CLIENT, jwks: { keys: [{ kty: 'EC' }] } }] }, 'either jwks or jwksUri'],
  [{ clients: [{ issuer: 'x', jwks: { keys: [{ kty: 'oct', k: 'x' }] } }] }, 'public keys only'],
  [{ clients: [{ ...CLIENT, tenant: 0 }] }, 'clients[0].tenant'],
  [{ clients: [CLIENT, CLIENT] }, 'clients[1] has the issuer and organization of another one'],
  [{ clients: [{ ...CLIENT, fhirServers: ['ftp://x'] }] }, 'clients[0].fhirServers'],
  [{ servers: [{ url: 'x' }] }, 'servers[0].url'],
  [{ servers: [{ ...SERVER, timeout: 0 }] }, 'servers[0].timeout'],
  [{ servers: [{ ...SERVER, services: 'x' }] }, 'servers[0].services'],
])('%j is refused', (settings, message) => {
  expect(() => readCdsSettings(JSON.stringify(settings))).toThrow(message);
});
