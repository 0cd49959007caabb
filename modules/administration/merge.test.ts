import { testClinic, type TestBody } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const officer = clinic.as({ roles: ['records-officer'], fhirUser: 'Practitioner/officer' });
const AMB = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' };
const MRN = 'https://athanor.health/fhir/mrn/clinic';

interface Patient {
  readonly id: string;
  readonly active?: boolean;
  readonly link?: readonly { readonly type: string; readonly other: { readonly reference: string } }[];
  readonly identifier?: readonly { readonly system?: string; readonly value?: string; readonly use?: string }[];
}

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'officer' });
  await clinic.store({
    resourceType: 'Organization',
    id: 'clinic',
    name: 'Kiln Street Infirmary',
    extension: [{ url: 'https://athanor.health/fhir/StructureDefinition/mrn-assigner', valueBoolean: true }],
  });
});

async function newPatient(more: object = {}): Promise<Patient> {
  const managingOrganization = { reference: 'Organization/clinic' };
  const patient = { resourceType: 'Patient', active: true, managingOrganization, ...more } as const;
  return (await clinic.store(patient)) as unknown as Patient;
}

function merge(source: string, target: string, more: readonly object[] = []): ReturnType<typeof officer.send> {
  return officer.send('POST', 'Patient/$merge', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'source-patient', valueReference: { reference: `Patient/${source}` } },
      { name: 'target-patient', valueReference: { reference: `Patient/${target}` } },
      ...more,
    ],
  });
}

function valueOf({ parameter = [] }: TestBody, name: string): unknown {
  const found = parameter.find((each) => each.name === name) ?? {};
  return found.valueInteger ?? found.valueReference ?? found.resource;
}

async function read(path: string): Promise<TestBody> {
  return (await clinic.get(path)).body;
}

/** Within the compartment, outside of it, in extensions, in what is contained, and where the other patient is named too. */
function resourcesAbout(patient: string, other: string, url: string): readonly { resourceType: string }[] {
  const reference = { reference: `Patient/${patient}` };
  const extension = [{ url: 'https://example.org/about', valueReference: reference }];
  const code = { text: 'x' };
  return [
    { resourceType: 'Observation', status: 'final', code, subject: reference, performer: [reference] },
    { resourceType: 'Encounter', status: 'finished', class: AMB, subject: reference },
    { resourceType: 'Appointment', status: 'proposed', participant: [{ actor: reference, status: 'accepted' }] },
    {
      resourceType: 'Contract',
      subject: [reference],
      signer: [
        {
          type: { code: 'SELF' },
          party: reference,
          signature: [{ type: [{ code: 'x' }], when: '2020-01-01T00:00:00Z', who: reference }],
        },
      ],
    },
    { resourceType: 'Medication', extension },
    {
      resourceType: 'Basic',
      code,
      contained: [{ resourceType: 'List', id: 'l', status: 'current', mode: 'working', entry: [{ item: reference }] }],
      extension: [{ url: 'https://example.org/list', valueReference: { reference: '#l' } }],
    },
    {
      resourceType: 'Group',
      type: 'person',
      actual: true,
      member: [{ entity: { reference: `Patient/${other}` } }, { entity: reference }],
    },
    {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      item: [{ linkId: '1', answer: [{ valueReference: reference }] }],
    },
    { resourceType: 'RelatedPerson', patient: reference },
    { resourceType: 'Account', status: 'active', subject: [reference] },
    { resourceType: 'Flag', status: 'active', code, subject: { reference: `${url}/Patient/${patient}` } },
  ] as unknown as readonly { resourceType: string }[];
}

async function storeAbout(patient: string, other: string): Promise<readonly string[]> {
  const stored = [];
  const { url } = (await read('metadata')).implementation as { url: string };
  for (const resource of resourcesAbout(patient, other, url))
    stored.push(await clinic.store(resource as { resourceType: 'Basic' }));
  return stored.map(({ resourceType, id }) => `${resourceType}/${id}`);
}

test('$merge moves every reference of every type at once, and $unmerge brings each back where it was', async () => {
  const [source, target] = [await newPatient({ telecom: [{ system: 'phone', value: '1' }] }), await newPatient()];
  const paths = await storeAbout(source.id, target.id);
  const before = await Promise.all(paths.map(read));
  const preview = await merge(source.id, target.id, [{ name: 'preview', valueBoolean: true }]);
  expect([valueOf(preview.body, 'moved'), await Promise.all(paths.map(read))]).toEqual([paths.length, before]);

  const { status, body } = await merge(source.id, target.id);
  expect([status, valueOf(body, 'moved')]).toEqual([200, paths.length]);
  const merged = await Promise.all(paths.map(read));
  expect(JSON.stringify(merged)).not.toContain(`Patient/${source.id}`);
  expect(merged.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  const number = source.identifier?.[0];
  expect(await read(`Patient/${source.id}`)).toMatchObject({
    active: false,
    identifier: [number],
    link: [{ type: 'replaced-by', other: { reference: `Patient/${target.id}` } }],
  });
  expect(await read(`Patient/${target.id}`)).toMatchObject({
    active: true,
    identifier: [target.identifier?.[0], { system: MRN, value: number?.value, use: 'old' }],
    link: [{ type: 'replaces', other: { reference: `Patient/${source.id}` } }],
  });
  const task = valueOf(body, 'task') as { reference: string };
  expect(await read(task.reference)).toMatchObject({
    status: 'completed',
    requester: { reference: 'Practitioner/officer' },
  });
  const provenance = await read(`Provenance?target=Patient/${source.id}`);
  expect(JSON.stringify(provenance)).toContain('"code":"merge"');

  const since = await clinic.store({
    resourceType: 'Flag',
    status: 'active',
    code: { text: 'since' },
    subject: { reference: `Patient/${target.id}` },
  });
  const undone = await officer.send('POST', `Patient/${source.id}/$unmerge`, { resourceType: 'Parameters' });
  expect([undone.status, valueOf(undone.body, 'moved')]).toEqual([200, paths.length]);
  const content = (each: TestBody): object => ({ ...each, meta: undefined });
  expect((await Promise.all(paths.map(read))).map(content)).toEqual(before.map(content));
  const again = (await read(`Patient/${source.id}`)) as unknown as Patient;
  expect([again.active, again.link, again.identifier]).toEqual([true, undefined, source.identifier]);
  const other = (await read(`Patient/${target.id}`)) as unknown as Patient;
  expect([other.link, other.identifier]).toEqual([undefined, target.identifier]);
  expect(await read(`Flag/${since.id}`)).toMatchObject({ subject: { reference: `Patient/${target.id}` } });
  expect((await officer.send('POST', `Patient/${source.id}/$unmerge`, { resourceType: 'Parameters' })).status).toBe(
    422,
  );
});

test('who was merged is found as the one who stays', async () => {
  const [source, target] = [
    await newPatient({ name: [{ family: 'Olds', given: ['Mira'] }], birthDate: '1970-03-04' }),
    await newPatient({ name: [{ family: 'News', given: ['Mira'] }], birthDate: '1970-03-04' }),
  ];
  expect((await merge(source.id, target.id)).status).toBe(200);
  const described = { resourceType: 'Patient', identifier: source.identifier };
  const { body } = await officer.send('POST', 'Patient/$match', described);
  expect(body).toMatchObject({ total: 1, entry: [{ resource: { id: target.id } }] });
});

test('charts that were merged into one that is merged itself follow it, and come back from there', async () => {
  const [a, b, c] = [await newPatient(), await newPatient(), await newPatient()];
  const flag = await clinic.store({
    resourceType: 'Flag',
    status: 'active',
    code: { text: 'x' },
    subject: { reference: `Patient/${a.id}` },
  });
  expect((await merge(a.id, b.id)).status).toBe(200);
  expect((await merge(b.id, c.id)).status).toBe(200);
  expect(await read(`Flag/${flag.id}`)).toMatchObject({ subject: { reference: `Patient/${c.id}` } });
  expect(await read(`Patient/${a.id}`)).toMatchObject({ link: [{ other: { reference: `Patient/${c.id}` } }] });
  const { status } = await officer.send('POST', `Patient/${a.id}/$unmerge`, { resourceType: 'Parameters' });
  expect(status).toBe(200);
  expect(await read(`Flag/${flag.id}`)).toMatchObject({ subject: { reference: `Patient/${a.id}` } });
});

test('two who merge the same charts in both directions at once: one does', async () => {
  const [a, b] = [await newPatient(), await newPatient()];
  await clinic.store({
    resourceType: 'Flag',
    status: 'active',
    code: { text: 'x' },
    subject: { reference: `Patient/${a.id}` },
  });
  const answers = await Promise.all([merge(a.id, b.id), merge(b.id, a.id), merge(a.id, b.id)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
});

test('a merge that cannot be whole leaves nothing', async () => {
  const [source, target] = [await newPatient(), await newPatient()];
  const url = 'https://example.org/StructureDefinition/not-of-target';
  await clinic.store({
    resourceType: 'StructureDefinition',
    url,
    name: 'NotOfTarget',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Observation',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
    derivation: 'constraint',
    differential: {
      element: [
        {
          id: 'Observation',
          path: 'Observation',
          constraint: [
            {
              key: 'x-1',
              severity: 'error',
              human: 'Not of this patient.',
              expression: `subject.reference != 'Patient/${target.id}'`,
            },
          ],
        },
      ],
    },
  } as { resourceType: 'StructureDefinition' });
  const subject = { reference: `Patient/${source.id}` };
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject } as const;
  const free = await clinic.store(observation);
  await clinic.store({ ...observation, meta: { profile: [url] } });
  const state = async (): Promise<unknown> =>
    Promise.all([`Patient/${source.id}`, `Patient/${target.id}`, `Observation/${free.id}`].map(read));
  const before = await state();
  expect((await merge(source.id, target.id)).status).toBe(422);
  expect(await state()).toEqual(before);
  expect(await read(`Task?focus=Patient/${source.id}`)).toMatchObject({ total: 0 });
});

test('nobody is merged into themselves, or into somebody who is not there', async () => {
  const { id } = await newPatient();
  expect([(await merge(id, id)).status, (await merge(id, 'nobody')).status]).toEqual([422, 422]);
});

test('nobody else marks a patient as replaced who has something, uses one, or takes two apart', async () => {
  const [source, target] = [await newPatient(), await newPatient()];
  const flag = await clinic.store({
    resourceType: 'Flag',
    status: 'active',
    code: { text: 'x' },
    subject: { reference: `Patient/${source.id}` },
  });
  const link = [{ type: 'replaced-by', other: { reference: `Patient/${target.id}` } }];
  const put = async (more: object): Promise<unknown> => {
    const patient = await read(`Patient/${source.id}`);
    return (await clinic.send('PUT', `Patient/${source.id}`, { ...patient, ...more })).status;
  };
  expect(await put({ active: false, link })).toBe(422);
  expect(
    await put({
      extension: [
        {
          url: 'https://athanor.health/fhir/StructureDefinition/unmerged-from',
          valueReference: { reference: `Patient/${target.id}` },
        },
      ],
    }),
  ).toBe(422);
  expect((await clinic.send('DELETE', `Flag/${flag.id}`)).status).toBeLessThan(300);
  expect(await put({ active: true, link })).toBe(422);
  expect(await put({ active: false, link })).toBe(200);
  expect(await put({ active: true })).toBe(422);
  expect(await put({ active: true, link: undefined })).toBe(422);
});

test.each([['receptionist'], ['nurse'], ['physician'], ['patient']])('a %s does not merge', async (role) => {
  const [a, b] = [await newPatient(), await newPatient()];
  const parameter = [a, b].map(({ id }, place) => ({
    name: place === 0 ? 'source-patient' : 'target-patient',
    valueReference: { reference: `Patient/${id}` },
  }));
  const user = clinic.as({ roles: [role], fhirUser: 'Practitioner/officer' });
  expect((await user.send('POST', 'Patient/$merge', { resourceType: 'Parameters', parameter })).status).toBe(403);
});
