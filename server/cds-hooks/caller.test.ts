import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Principal } from '../access/principal.ts';
import { identifyApps, type CdsCaller } from './caller.ts';

const SYSTEM: Principal = { tenant: 1, kind: 'client', client: 'cds:x', roles: ['system'], scopes: [], purposes: [] };
const signed: CdsCaller = { principal: SYSTEM, name: 'ehr', fhirServers: [] };
const USER: Principal = {
  tenant: 1,
  kind: 'user',
  client: 'console',
  account: 'a',
  fhirUser: 'Practitioner/1',
  roles: ['physician'],
  scopes: [],
  purposes: [],
};

function callerWith(authorization: string | undefined, principal: Principal): Promise<CdsCaller> {
  const identify = identifyApps(
    () => Promise.resolve(signed),
    () => principal,
  );
  const incoming = new IncomingMessage(new Socket());
  if (authorization !== undefined) incoming.headers.authorization = authorization;
  return identify(incoming, 'https://clinic.example/cds-services/check');
}

test.each([
  ['nothing', undefined],
  ['a JWT', 'Bearer aaa.bbb.ccc'],
])('%s is for those who know signatures', async (_what, authorization) => {
  expect(await callerWith(authorization, USER)).toBe(signed);
});

test('an app that has a token of this server calls for its user, with the rights of both', async () => {
  expect(await callerWith('Bearer opaque-token', USER)).toEqual({
    principal: USER,
    name: 'app:console',
    fhirServers: [],
  });
});

test.each<[string, Principal]>([
  ['a system', SYSTEM],
  ['somebody without an app', { tenant: 1, kind: 'user', account: 'a', roles: ['physician'], purposes: [] }],
])('%s with a token of this server is no CDS client', async (_what, principal) => {
  await expect(callerWith('Bearer opaque-token', principal)).rejects.toMatchObject({ status: 401 });
});
