import { openFhirServer, type Body, type FhirServer } from '../flows/fhir-server.ts';
import { install, installed, outcomes, uninstall } from '../flows/package-client.ts';
import { realFile } from './real-data.ts';

const VERSIONS = ['3.1.1', '6.1.0', '7.0.0'];
const archives = VERSIONS.map((version) => realFile(`packages/us_core_${version.replaceAll('.', '')}.tgz`));
const PATIENT = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient';

(archives.includes(undefined) ? describe.skip : describe)('US Core as published (../shared/data/packages)', () => {
  let server: FhirServer;

  beforeAll(async () => {
    server = await openFhirServer();
    for (const archive of archives) {
      const { status, body } = await install(server, archive ?? Buffer.alloc(0));
      expect([status, outcomes(body)[0]]).toEqual([200, expect.stringMatching(/^hl7\.fhir\.us\.core .* installed$/)]);
    }
  }, 120_000);

  afterAll(() => server.close());

  test('its versions stand side by side', async () => {
    expect(await installed(server)).toEqual(VERSIONS.map((version) => `hl7.fhir.us.core ${version}`));
  });

  test.each([
    ['|3.1.1', 'us-core-8'],
    ['|6.1.0', 'us-core-6'],
    ['|6.1', 'us-core-6'],
    ['', 'us-core-6'],
  ])('us-core-patient%s asks for a name by its own rule', async (version, rule) => {
    const { status, body } = await server.send('POST', 'Patient', patient(version, [{ text: 'Nobody' }]));
    expect([status, errors(body)]).toEqual([422, [expect.stringContaining(rule)]]);
    expect((await server.send('POST', 'Patient', patient(version, [{ family: 'Doe' }]))).status).toBe(201);
  });

  test('its search parameters find, and still do when the newest version is removed', async () => {
    expect(
      (await server.send('POST', 'Patient', { ...patient('', [{ family: 'Roe' }]), extension: [race()] })).status,
    ).toBe(201);
    await found('Patient?race=2106-3');
    await uninstall(server, 'hl7.fhir.us.core', '7.0.0');
    await found('Patient?race=2106-3');
    expect(await installed(server)).toHaveLength(2);
  });

  /** Waits for the parameter to be built. */
  async function found(path: string): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const { status, body } = await server.get(path);
      if (status === 200) {
        expect(body.total ?? body.entry?.length).toBe(1);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${path} finds nothing`);
  }
});

function patient(version: string, name: readonly object[]): object {
  const identifier = [{ system: 'http://example.org/mrn', value: '1' }];
  return { resourceType: 'Patient', meta: { profile: [PATIENT + version] }, identifier, name, gender: 'other' };
}

function race(): object {
  const system = 'urn:oid:2.16.840.1.113883.6.238';
  return {
    url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
    extension: [
      { url: 'ombCategory', valueCoding: { system, code: '2106-3', display: 'White' } },
      { url: 'text', valueString: 'White' },
    ],
  };
}

function errors({ issue = [] }: Body): string[] {
  return issue.filter(({ severity }) => severity === 'error').map(({ details }) => details.text);
}
