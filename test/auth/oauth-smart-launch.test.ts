import { unrestricted, type Access } from '../../server/access/access.ts';
import type { Principal } from '../../server/access/principal.ts';
import { insertClient } from '../../server/auth/oauth/clients/client-store.ts';
import type { OAuthEvent } from '../../server/auth/oauth/oauth-event.ts';
import { smartLaunch } from '../../server/auth/smart/launch-operation.ts';
import { readLaunch } from '../../server/auth/smart/launches.ts';
import { route } from '../../server/fhir/router.ts';
import type { FhirResponse } from '../../server/fhir/request.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

const FHIR_BASE = 'https://ehr.example.org/fhir/R4';
const PHYSICIAN: Principal = {
  kind: 'user',
  tenant: 1,
  account: 'a1',
  fhirUser: 'Practitioner/1',
  roles: [],
  purposes: [],
};
const LAUNCH_URL = 'https://app.example.org/launch?style=dark';

let opened: TestEngine;
let patient: string;
const events: OAuthEvent[] = [];
beforeAll(async () => {
  opened = await openTestEngine({ validation: 'structure' });
  const app = {
    name: 'App',
    auth: 'none',
    redirectUris: ['https://app.example.org/cb'],
    scopes: [],
    mayRefresh: false,
    roles: [],
    corsOrigins: [],
  } as const;
  await insertClient(opened.engine.db, { ...app, id: 'app', launchUrl: LAUNCH_URL }, undefined);
  await insertClient(opened.engine.db, { ...app, id: 'no-launch' }, undefined);
  await insertClient(opened.engine.db, { ...app, id: 'foreign', launchUrl: LAUNCH_URL, tenants: [2] }, undefined);
  const answer = await route(opened.engine, opened.ctx(), {
    method: 'POST',
    path: ['Patient'],
    query: '',
    headers: { prefer: {}, accept: [] },
    body: { resourceType: 'Patient' },
  });
  patient = String((JSON.parse(answer.text ?? '{}') as JsonObject).id);
});
afterAll(async () => {
  await opened.close();
});

function launch(
  values: Readonly<Record<string, string | boolean>>,
  access: Partial<Access> = {},
): Promise<FhirResponse> {
  const { engine } = opened;
  const operation = smartLaunch({
    db: engine.db,
    fhirBase: FHIR_BASE,
    now: () => Date.now(),
    onEvent(event) {
      events.push(event);
      return Promise.resolve();
    },
  });
  const parameter = Object.entries(values).map(([name, value]) =>
    typeof value === 'boolean' ? { name, valueBoolean: value } : { name, valueString: value },
  );
  const ctx = { ...opened.ctx(), access: { ...unrestricted(1), principal: PHYSICIAN, ...access } };
  return operation.run(engine, ctx, {
    request: {
      method: 'POST',
      path: ['$smart-launch'],
      query: '',
      headers: { prefer: {}, accept: [] },
      body: { resourceType: 'Parameters', parameter },
    },
    type: undefined,
    id: undefined,
  });
}

test('makes a launch for its user, client and tenant, with its context', async () => {
  const answer = await launch({
    client: 'app',
    patient,
    intent: 'order-review',
    need_patient_banner: false,
    fhirContext: '[{"reference":"ImagingStudy/1"}]',
  });
  const { parameter } = JSON.parse(answer.text ?? '') as {
    parameter: { name: string; valueString?: string; valueUri?: string }[];
  };
  const handle = parameter.find(({ name }) => name === 'launch')?.valueString ?? '';
  // 128 bits.
  expect(handle).toMatch(/^[\w-]{22}$/);
  const url = new URL(parameter.find(({ name }) => name === 'url')?.valueUri ?? '');
  expect(Object.fromEntries(url.searchParams)).toEqual({ style: 'dark', iss: FHIR_BASE, launch: handle });
  const owner = { client: 'app', account: 'a1', tenant: 1 };
  expect(await readLaunch(opened.engine.db, handle, owner, Date.now())).toEqual({
    patient,
    intent: 'order-review',
    need_patient_banner: false,
    fhirContext: [{ reference: 'ImagingStudy/1' }],
  });
  expect(events.at(-1)).toMatchObject({ kind: 'launch', client: 'app', account: 'a1', patient });
});

test.each<[string, Readonly<Record<string, string>>, Partial<Access>, string]>([
  ['for a patient that does not exist', { client: 'app', patient: 'nobody' }, {}, 'rest.notFound'],
  ['of an unknown client', { client: 'unknown' }, {}, 'launch.unknownClient'],
  ['of a client without a launch URL', { client: 'no-launch' }, {}, 'launch.unknownClient'],
  ['of a client of another tenant', { client: 'foreign' }, {}, 'launch.unknownClient'],
  ['without a client', {}, {}, 'launch.unknownClient'],
  ['with a context that is none', { client: 'app', fhirContext: '{' }, {}, 'launch.invalid'],
  [
    'with a parameter that does not exist',
    { client: 'app', fhirUser: 'Practitioner/2' },
    {},
    'operation.unknownParameter',
  ],
  ['by a system', { client: 'app' }, { principal: { ...PHYSICIAN, kind: 'client' } }, 'launch.noUser'],
])('refuses one %s', async (_name, values, access, code) => {
  await expect(launch(values, access)).rejects.toMatchObject({ code });
});

test('refuses one for a patient that the user may not see, as if it did not exist', async () => {
  const blind: Partial<Access> = { isUnrestricted: false, allowed: () => 'none', permits: () => false };
  await expect(launch({ client: 'app', patient }, blind)).rejects.toMatchObject({ status: 404 });
});
