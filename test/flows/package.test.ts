import { idsOf, openFhirServer, type Body, type FhirServer } from './fhir-server.ts';
import { extension, guide, guideArchive, patient, profile } from './package-guide.ts';
import { install, installed, issuesOf, outcomes, uninstall } from './package-client.ts';

let server: FhirServer;
/** As another worker on the same database. */
let other: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
  other = await openFhirServer({}, server.connectionString);
});

afterAll(async () => {
  await other.close();
  await server.close();
});

/** Answers once the other worker must know what the first one did. */
const lease = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2000));

describe('a package with a profile, its value set and a search parameter', () => {
  beforeAll(async () => {
    const { status, body } = await install(server, await guideArchive(), '?examples=true');
    expect([status, outcomes(body)]).toEqual([200, ['example.guide 1.0.0 installed']]);
    expect(issuesOf(body)).toEqual(['All OK']);
    await lease();
  });

  test('is listed with what it brought, whose references lead to each other', async () => {
    expect(await installed(server)).toEqual(['example.guide 1.0.0']);
    const guides = (await server.get(`ImplementationGuide?url=${guide.url}`)).body;
    const { definition, meta } = (guides.entry?.[0]?.resource ?? {}) as unknown as {
      readonly definition: { readonly resource: readonly { readonly reference: { readonly reference: string } }[] };
      readonly meta: { readonly tag: readonly object[] };
    };
    expect(meta.tag).toEqual([
      { system: 'https://athanor.health/fhir/CodeSystem/fhir-package', code: 'example.guide#1.0.0' },
    ]);
    for (const { reference } of definition.resource) {
      expect((await server.get(reference.reference)).status).toBe(200);
    }
  });

  test('its profile has a snapshot', async () => {
    const { body } = await server.get(`StructureDefinition?url=${profile.url}`);
    const { snapshot } = body.entry?.[0]?.resource as unknown as {
      readonly snapshot: { readonly element: readonly object[] };
    };
    expect(snapshot.element.length).toBeGreaterThan(40);
  });

  test.each([
    ['no birth date', { birthDate: undefined }, 'Patient.birthDate'],
    ['no favourite', { extension: undefined }, 'Patient.extension'],
    [
      'a code that is not in the value set',
      { extension: [{ url: extension.url, valueCode: 'green' }] },
      'Patient.extension[0].value',
    ],
  ])('a Patient with %s is refused, by every worker', async (_what, change, expression) => {
    for (const each of [server, other]) {
      const { status, body } = await each.send('POST', 'Patient', { ...patient('red'), ...change });
      const errors = (body.issue ?? []).filter(({ severity }) => severity === 'error');
      expect([status, errors.flatMap((issue) => issue.expression ?? [])]).toEqual([
        422,
        expect.arrayContaining([expression]),
      ]);
    }
  });

  test('one that meets it is stored and found by the new search parameter, by every worker', async () => {
    const created = await other.send('POST', 'Patient', patient('blue'));
    expect(created.status).toBe(201);
    for (const each of [server, other]) {
      const found = await whenReady(() => each.get('Patient?favourite=blue'));
      expect(idsOf(found)).toEqual([`Patient/${created.body.id ?? ''}`]);
    }
  });

  test('the same again changes nothing', async () => {
    const { body } = await install(server, await guideArchive());
    expect(outcomes(body)).toEqual(['example.guide 1.0.0 unchanged']);
  });

  test('another content under the same version is refused, unless it is forced', async () => {
    const archive = await guideArchive('1.0.0', { title: 'Another one' });
    const refused = await install(server, archive);
    expect([refused.status, refused.body.issue?.[0]?.code]).toEqual([409, 'conflict']);
    expect(outcomes((await install(server, archive, '?force=true')).body)).toEqual(['example.guide 1.0.0 replaced']);
    // Without the example, this time.
    expect((await server.get('Patient?_tag=example.guide%231.0.0')).body.entry ?? []).toEqual([]);
  });

  test('another version stands beside it, and goes alone; what a client changed stays', async () => {
    const { body: added } = await install(server, await guideArchive('1.1.0'));
    expect([outcomes(added), issuesOf(added)]).toEqual([['example.guide 1.1.0 installed'], ['All OK']]);
    expect(await installed(server)).toEqual(['example.guide 1.0.0', 'example.guide 1.1.0']);
    const { body } = await server.get('ValueSet?_tag=example.guide%231.1.0');
    const [set = ''] = idsOf(body);
    const changed = { ...body.entry?.[0]?.resource, title: 'Changed' };
    expect((await server.send('PUT', set, changed)).status).toBe(200);
    const removed = await uninstall(server, 'example.guide', '1.1.0');
    expect(outcomes(removed)).toEqual(['example.guide 1.1.0 removed']);
    expect(issuesOf(removed)).toEqual([expect.stringContaining(set)]);
    expect((await server.get(set)).status).toBe(200);
    expect(idsOf((await server.get('StructureDefinition?_tag=example.guide%231.1.0')).body)).toEqual([]);
    expect((await server.get('Patient?favourite=blue')).status).toBe(200);
  });

  test('without the package nobody knows its profile and parameter', async () => {
    await uninstall(server, 'example.guide', '1.0.0');
    expect(await installed(server)).toEqual([]);
    await lease();
    for (const each of [server, other]) expect((await each.get('Patient?favourite=blue')).status).toBe(400);
    const gone = await uninstall(server, 'example.guide', '1.0.0');
    expect(gone.issue?.[0]).toMatchObject({ code: 'not-found' });
  });
});

/** The body of the first answer that is no 409 or 400: a search parameter is known and built some time after it was written. */
async function whenReady(ask: () => ReturnType<FhirServer['get']>): Promise<Body> {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    const { status, body } = await ask();
    if (status === 200) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the search parameter is not ready');
}
