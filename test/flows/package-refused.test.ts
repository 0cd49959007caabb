import { idsOf, openFhirServer, type FhirServer } from './fhir-server.ts';
import { archiveOf, packageArchive } from './package-archive.ts';
import { install, installed, issuesOf, outcomes, uninstall } from './package-client.ts';
import { colours, colourSet, extension, GUIDE, guideArchive, parameter, profile, structure } from './package-guide.ts';

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
});

afterAll(() => server.close());

const VALUE_SET = { 'ValueSet-colours.json': colourSet };
const link = { name: 'package/link.json', type: 'symlink', linkname: '/etc/passwd' } as const;

describe('what cannot be installed leaves nothing', () => {
  test.each<[string, () => Promise<Buffer>, number, RegExp]>([
    ['no archive', async () => Buffer.from('hello'), 400, /not gzipped/],
    ['half an archive', async () => (await guideArchive()).subarray(0, 500), 400, /cut off/],
    ['no package.json', () => archiveOf(VALUE_SET), 400, /no package\/package\.json/],
    ['a package.json without version', () => archiveOf({ 'package.json': { name: 'a.b' } }), 400, /version must be/],
    [
      'another FHIR version',
      () => packageArchive('r5.guide', '1.0.0', { manifest: { fhirVersions: ['5.0.0'] } }),
      422,
      /FHIR 5\.0\.0/,
    ],
    [
      'broken JSON',
      () => packageArchive('a.b', '1', { files: { ...VALUE_SET, 'X.json': '{\n"a": }' } }),
      400,
      /line 2, column 6/,
    ],
    [
      'a path that leads outside',
      () => packageArchive('a.b', '1', { entries: [[{ name: 'package/../../x.json' }, '{}']] }),
      400,
      /outside/,
    ],
    ['a link', () => packageArchive('a.b', '1', { entries: [[link]] }), 400, /symlink/],
    [
      'a file twice',
      () =>
        packageArchive('a.b', '1', { files: VALUE_SET, entries: [[{ name: 'package/ValueSet-colours.json' }, '{}']] }),
      400,
      /twice/,
    ],
    [
      'a resource that is not valid',
      () =>
        packageArchive('a.b', '1', {
          files: { ...VALUE_SET, 'CodeSystem-bad.json': { ...colours, id: 'bad', concept: 'none' } },
        }),
      422,
      /CodeSystem-bad\.json/,
    ],
  ])('%s', async (_what, archive, status, text) => {
    const answer = await install(server, await archive());
    expect([answer.status, answer.body.issue?.[0]?.details.text]).toEqual([status, expect.stringMatching(text)]);
    expect(await installed(server)).toEqual([]);
    expect(idsOf((await server.get('ValueSet?_tag=a.b%231')).body)).toEqual([]);
  });

  test('a bomb', async () => {
    const bomb = await packageArchive('a.b', '1', { files: { 'bomb.json': ' '.repeat(300_000_000) } });
    expect(bomb.length).toBeLessThan(1_000_000);
    const { status, body } = await install(server, bomb);
    expect([status, body.issue?.[0]?.code]).toEqual([413, 'too-long']);
  });

  test('the wrong body', async () => {
    for (const body of [{ resourceType: 'Parameters' }, { resourceType: 'Patient' }]) {
      expect((await server.send('POST', '$install-package', body)).status).toBe(400);
    }
    expect((await server.get('$install-package')).status).toBe(405);
  });
});

describe('several packages', () => {
  const base = (): Promise<Buffer> =>
    packageArchive('a.base', '1.0.0', {
      files: { 'StructureDefinition-favourite.json': extension, 'StructureDefinition-patient.json': profile },
    });
  const derived = {
    ...structure('child', 'Patient', [{ id: 'Patient.name', path: 'Patient.name', min: 1 }]),
    baseDefinition: profile.url,
  };
  const dependent = (): Promise<Buffer> =>
    packageArchive('a.child', '1.0.0', {
      manifest: { dependencies: { 'hl7.fhir.r4.core': '4.0.1', 'a.base': '1.0.x' } },
      files: { 'StructureDefinition-child.json': derived },
    });
  const parameters = (archives: readonly Buffer[]): object => ({
    resourceType: 'Parameters',
    parameter: archives.map((archive) => ({
      name: 'package',
      resource: { resourceType: 'Binary', contentType: 'application/gzip', data: archive.toString('base64') },
    })),
  });

  afterEach(async () => {
    for (const line of await installed(server))
      await uninstall(server, line.split(' ')[0] ?? '', line.split(' ')[1] ?? '');
  });

  test('are installed behind those that they depend on', async () => {
    const { body } = await server.send('POST', '$install-package', parameters([await dependent(), await base()]));
    expect(outcomes(body)).toEqual(['a.base 1.0.0 installed', 'a.child 1.0.0 installed']);
    expect(issuesOf(body)).toEqual(['All OK']);
    expect(issuesOf(await uninstall(server, 'a.base', '1.0.0'))).toEqual([
      expect.stringContaining('a.child#1.0.0 depends on'),
    ]);
  });

  test('a dependency that is missing is told, and so is what it is missing for', async () => {
    const { status, body } = await install(server, await dependent());
    expect([status, outcomes(body)]).toEqual([200, ['a.child 1.0.0 installed']]);
    expect(issuesOf(body)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('depends on a.base#1.0.x, which is not installed'),
        expect.stringMatching(/StructureDefinition-child\.json has no snapshot/),
      ]),
    );
  });

  test('all of them or none', async () => {
    const broken = await packageArchive('a.broken', '1', { manifest: { fhirVersions: ['3.0.1'] } });
    const { status } = await server.send('POST', '$install-package', parameters([await base(), broken]));
    expect([status, await installed(server)]).toEqual([422, []]);
  });

  test('dependencies and bases in a circle do no harm', async () => {
    const circle = (name: string, on: string): Promise<Buffer> =>
      packageArchive(name, '1.0.0', {
        manifest: { dependencies: { [on]: '1.0.0' } },
        files: {
          [`StructureDefinition-${name}.json`]: {
            ...structure(name, 'Patient', [{ id: 'Patient.name', path: 'Patient.name', min: 1 }]),
            baseDefinition: `${GUIDE}/StructureDefinition/${on}`,
          },
        },
      });
    const { status, body } = await server.send(
      'POST',
      '$install-package',
      parameters([await circle('c.one', 'c.two'), await circle('c.two', 'c.one')]),
    );
    expect([status, outcomes(body).length]).toEqual([200, 2]);
    expect(issuesOf(body)).toEqual(expect.arrayContaining([expect.stringContaining('has no snapshot')]));
  });

  test('a search parameter that cannot run here is stored as a draft, and told', async () => {
    const clash = { ...parameter, id: 'clash', url: `${GUIDE}/SearchParameter/clash`, code: 'gender' };
    const { status, body } = await install(
      server,
      await packageArchive('a.clash', '1.0.0', { files: { 'SearchParameter-clash.json': clash } }),
    );
    expect([status, issuesOf(body)]).toEqual([200, [expect.stringMatching(/stored as a draft.*gender already/)]]);
    expect((await server.get(`SearchParameter?url=${clash.url}`)).body.entry?.[0]?.resource).toMatchObject({
      status: 'draft',
    });
  });
});
