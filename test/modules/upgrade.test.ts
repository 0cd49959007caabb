import type { JsonObject } from '../../server/kernel/json.ts';
import type { ModuleCode } from '../../server/sdk/module.ts';
import { createTenant } from '../../server/storage/tenants.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { openModuleServer } from '../harness/module-server.ts';
import { PRINCIPAL } from '../harness/test-principal.ts';
import { registryOf, type MadeModule } from './registry-of.ts';

const OTHER = { [PRINCIPAL]: JSON.stringify({ kind: 'server', tenant: 2 }) };
const URL = 'https://example.org/';

/** Of the database that servers of several versions open one after the other. */
let database: FhirServer;

beforeAll(async () => {
  database = await openFhirServer();
  await createTenant(database.connectionString, {
    name: 'other',
    title: 'Other',
    organization: null,
    consent: 'opt-out',
  });
});

afterAll(() => database.close());

/** What a server with this module answers; it is closed again. */
async function answers(module: MadeModule, paths: readonly string[], headers = {}): Promise<unknown[]> {
  const server = await openModuleServer(registryOf(module), {}, database.connectionString);
  try {
    const found: unknown[] = [];
    for (const path of paths) {
      let answer = await server.get(path, headers);
      // The parameter is being indexed.
      while (answer.status === 409) answer = await server.get(path, headers);
      found.push(valueOf(answer.body));
    }
    return found;
  } finally {
    await server.close();
  }
}

function valueOf({
  total,
  entry,
}: {
  readonly total?: number;
  readonly entry?: readonly { readonly resource?: object }[];
}): unknown {
  return entry === undefined ? (total ?? 'refused') : (entry[0]?.resource as { readonly title?: string }).title;
}

const seed: JsonObject = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      resource: {
        resourceType: 'Library',
        url: `${URL}Library/a`,
        title: 'seed',
        status: 'active',
        type: { text: 'x' },
      },
      request: { method: 'POST', url: 'Library', ifNoneExist: `url=${URL}Library/a` },
    },
  ],
};

const ran: string[] = [];

function step(to: string): NonNullable<ModuleCode['upgrades']>[number] {
  return {
    to,
    async run(clinic) {
      ran.push(to);
      for (const library of await clinic.search('Library', `url=${URL}Library/a`)) {
        await clinic.change('Library', library.id, (before) => ({ ...before, title: to }));
      }
    },
  };
}

function version(number: string, more: Omit<MadeModule, 'name'> = {}): MadeModule {
  return { name: 'notes', version: number, seeds: [seed], ...more };
}

const FIND = [`Library?url=${URL}Library/a`];

test('seeds are loaded once, upgrade steps run once per organisation, in order', async () => {
  expect(await answers(version('1.0.0', { code: { upgrades: [step('0.9.0')] } }), FIND)).toEqual(['seed']);
  expect(ran).toEqual([]);
  const upgrades = [step('1.1.0'), step('1.2.0')];
  expect(await answers(version('1.2.0', { code: { upgrades } }), FIND, OTHER)).toEqual(['1.2.0']);
  expect(ran.splice(0)).toEqual(['1.1.0', '1.2.0', '1.1.0', '1.2.0']);
  expect(await answers(version('1.2.0', { code: { upgrades } }), FIND)).toEqual(['1.2.0']);
  expect(await answers(version('1.3.0', { code: { upgrades: [...upgrades, step('1.3.0')] } }), FIND)).toEqual([
    '1.3.0',
  ]);
  expect(ran.splice(0)).toEqual(['1.3.0', '1.3.0']);
});

test('a step that fails stops the start, and leaves everything as it was', async () => {
  const broken: NonNullable<ModuleCode['upgrades']>[number] = {
    to: '1.4.0',
    async run(clinic) {
      await step('half').run(clinic);
      throw new Error('oh');
    },
  };
  const start = answers(version('1.4.0', { code: { upgrades: [step('1.3.5'), broken] } }), FIND);
  await expect(start).rejects.toThrow('module notes cannot be set up for tenant 1: oh');
  expect(await answers(version('1.3.0'), FIND)).toEqual(['1.3.0']);
});

test('data of a newer version stop the start of older code', async () => {
  await expect(answers(version('1.2.9'), FIND)).rejects.toThrow(
    'The data of module notes are of version 1.3.0 for tenant 1, and its code here is 1.2.9: start a newer server.',
  );
});

test('processes that start together run each step once', async () => {
  ran.splice(0);
  const module = version('2.0.0', { code: { upgrades: [step('2.0.0')] } });
  const started = await Promise.all([1, 2, 3].map(() => answers(module, FIND)));
  expect(started).toEqual([['2.0.0'], ['2.0.0'], ['2.0.0']]);
  expect(ran).toEqual(['2.0.0', '2.0.0']);
});

const parameter = (code: string): JsonObject => ({
  resourceType: 'SearchParameter',
  id: 'subject-title',
  url: `${URL}SearchParameter/subject-title`,
  name: 'SubjectTitle',
  description: 'x',
  status: 'active',
  code,
  base: ['Library'],
  type: 'string',
  expression: 'Library.subtitle',
});

const profile = (number: string, min: number): JsonObject => ({
  resourceType: 'StructureDefinition',
  id: 'library',
  url: `${URL}StructureDefinition/library`,
  version: number,
  name: 'NotesLibrary',
  status: 'active',
  fhirVersion: '4.0.1',
  kind: 'resource',
  abstract: false,
  type: 'Library',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Library',
  derivation: 'constraint',
  differential: {
    element: [
      { id: 'Library', path: 'Library' },
      { id: 'Library.subtitle', path: 'Library.subtitle', min },
    ],
  },
});

test('definitions follow the module: changed ones are replaced, new versions stand beside old ones, searches go', async () => {
  const find = (path: string): string => `${path}?url:below=${URL}&_total=accurate&_count=0`;
  const paths = [find('StructureDefinition'), find('SearchParameter'), 'Library?one=x', 'Library?two=x'];
  const at = (definitions: readonly JsonObject[]): Promise<unknown[]> =>
    answers(version('2.0.0', { definitions }), paths);
  expect(await at([profile('1', 0), parameter('one')])).toEqual([1, 1, 0, 'refused']);
  expect(await at([profile('1', 1), parameter('two')])).toEqual([1, 1, 'refused', 0]);
  expect(await at([profile('2', 1), parameter('two')])).toEqual([2, 1, 'refused', 0]);
  expect(await at([])).toEqual([2, 0, 'refused', 'refused']);
});

test('a definition that cannot be used stops the start, each time', async () => {
  const twisted = { ...parameter('one'), expression: 'Library.nothing' };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const start = answers(version('2.0.0', { definitions: [twisted] }), []);
    await expect(start).rejects.toThrow(/module notes: definitions\/0\.json .*cannot run here/);
  }
});

test('a role that cannot be read stops the start, each time', async () => {
  const role: JsonObject = { extends: 'physician', grants: [{ types: ['Nothing'], interactions: ['read'] }] };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const start = answers(version('2.0.0', { roles: [role] }), []);
    await expect(start).rejects.toThrow(
      'access/0.json of module notes: grants[0].types: there is no type or group Nothing.',
    );
  }
});
