import type { ResourceOf } from '#sdk';
import { testClinic, type TestBody } from '#sdk/testing';
import { soapResponse as response } from './soap-response.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const author = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/author' });
const colleague = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/colleague' });

type Composition = ResourceOf<'Composition'> & { readonly id: string; readonly meta: { readonly versionId: string } };

const LOINC = 'http://loinc.org';
const SECTIONS = ['61150-9', '61149-1', '51848-0', '18776-5'];

beforeAll(async () => {
  for (const id of ['author', 'colleague']) {
    await clinic.store({ resourceType: 'Practitioner', id, name: [{ family: id }] });
  }
  await clinic.store({ resourceType: 'Patient', id: 'bell', name: [{ family: 'Bell' }] });
  await clinic.store({
    resourceType: 'Encounter',
    id: 'visit',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: 'Patient/bell' },
  });
});

const resourcesIn = (body: TestBody) =>
  ((body.entry ?? []) as { resource: { resourceType: string; id: string; [element: string]: unknown } }[]).map(
    ({ resource }) => resource,
  );

async function extracted(id: string) {
  const { status, body } = await author.send('POST', `QuestionnaireResponse/${id}/$extract`);
  expect([status, body.issue]).toEqual([200, undefined]);
  return resourcesIn(body);
}

/** A note as it comes out of a form. */
async function note(): Promise<Composition> {
  const { id } = await author.store(response([]));
  return (await extracted(id))[0] as unknown as Composition;
}

const signed = async (id: string) => author.send('POST', `Composition/${id}/$sign`);

describe('I.1.3 a form becomes a note', () => {
  test('with its sections, an Observation and Conditions, in one transaction', async () => {
    const { id } = await author.store(response(['Cough']));
    const found = await extracted(id);
    expect(found.map(({ resourceType }) => resourceType)).toEqual(['Composition', 'Observation', 'Condition']);
    const [made, weight, condition] = found as unknown as [
      Composition,
      ResourceOf<'Observation'>,
      ResourceOf<'Condition'>,
    ];
    expect(made.type.coding?.[0]).toMatchObject({ system: LOINC, code: '11506-3' });
    expect(made.section?.map(({ code }) => code?.coding?.[0]?.code)).toEqual(SECTIONS);
    expect(made.section?.[0]?.text?.div).toContain('Coughs &lt;since&gt; Monday &amp; sleeps badly');
    expect(made.section?.[3]?.text?.div).toContain('<p>Rest.</p><p>Back in a week.</p>');
    expect([made.status, made.subject, made.encounter, made.author]).toEqual([
      'preliminary',
      { reference: 'Patient/bell' },
      { reference: 'Encounter/visit' },
      [{ reference: 'Practitioner/author' }],
    ]);
    expect(weight.valueQuantity?.value).toBe(70.5);
    expect(condition.code?.text).toBe('Cough');
  });

  test('the same version again changes nothing; a new one changes what there is and takes back what it does not say', async () => {
    const { id } = await author.store(response(['Cough', 'Rash']));
    const first = await extracted(id);
    expect(await extracted(id)).toEqual(first);
    await author.store({ ...response(['Asthma'], 'Rest'), id, status: 'amended' });
    const again = await extracted(id);
    expect(again.map((each) => each.id)).toEqual(first.slice(0, 3).map((each) => each.id));
    expect((again[2] as unknown as ResourceOf<'Condition'>).code?.text).toBe('Asthma');
    const rash = await clinic.get(`Condition/${first[3]?.id ?? ''}`);
    expect(JSON.stringify(rash.body.verificationStatus)).toContain('entered-in-error');
  });

  test('ten at once make it once', async () => {
    const { id } = await author.store(response(['Once']));
    await Promise.all(Array.from({ length: 10 }, () => extracted(id)));
    expect((await clinic.get(`Composition?_source:below=QuestionnaireResponse/${id}/&_summary=count`)).body.total).toBe(
      1,
    );
    expect((await clinic.get(`Condition?_source:below=QuestionnaireResponse/${id}/&_summary=count`)).body.total).toBe(
      1,
    );
  });

  test('what cannot be stored leaves nothing of the rest', async () => {
    const heavy = response(['Heavy']);
    const weight = { value: 7000, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' };
    const item = heavy.item.map((each) =>
      each.linkId === 'weight' ? { linkId: 'weight', answer: [{ valueQuantity: weight }] } : each,
    );
    const { id } = await author.store({ ...heavy, item });
    expect((await author.send('POST', `QuestionnaireResponse/${id}/$extract`)).status).toBe(422);
    expect((await clinic.get(`Composition?_source:below=QuestionnaireResponse/${id}/&_summary=count`)).body.total).toBe(
      0,
    );
  });

  test('one in progress is not extracted; on the type the transaction is answered', async () => {
    const { id } = await author.store({ ...response([]), status: 'in-progress' as const });
    expect((await author.send('POST', `QuestionnaireResponse/${id}/$extract`)).status).toBe(422);
    const { body } = await author.send('POST', 'QuestionnaireResponse/$extract', response([]));
    expect([body.type, resourcesIn(body).length]).toEqual(['transaction', 2]);
  });
});

describe('I.1.3 a final note', () => {
  test('is signed by its author, once, over its bytes', async () => {
    const { id } = await note();
    expect((await colleague.send('POST', `Composition/${id}/$sign`)).status).toBe(403);
    const { status, body } = await signed(id);
    expect([status, body.status]).toEqual([200, 'final']);
    expect((await signed(id)).body).toEqual(body);
    const trail = await author.get(`Provenance?target=Composition/${id}`);
    expect(trail.body.total).toBe(1);
    const [provenance] = resourcesIn(trail.body) as unknown as [ResourceOf<'Provenance'>];
    expect(provenance.target).toEqual([{ reference: `Composition/${id}/_history/2` }]);
    expect(provenance.signature?.[0]).toMatchObject({
      who: { reference: 'Practitioner/author' },
      sigFormat: 'application/jose',
    });
    const verified = async () => (await author.get(`Composition/${id}/$verify-signature`)).body.parameter;
    expect(await verified()).toEqual(
      expect.arrayContaining([
        { name: 'signed', valueBoolean: true },
        { name: 'who', valueReference: { reference: 'Practitioner/author' } },
      ]),
    );
    const unsigned = await author.get(`Composition/${(await note()).id}/$verify-signature`);
    expect(unsigned.body.parameter).toEqual([{ name: 'signed', valueBoolean: false }]);
  });

  test('is refused a PUT with 422; amended it keeps _history/2 readable, with what was signed', async () => {
    const { id } = await note();
    await signed(id);
    const final = (await author.get(`Composition/${id}`)).body as unknown as Composition;
    const changed = { ...final, title: 'Something else' };
    expect((await author.send('PUT', `Composition/${id}`, changed)).status).toBe(422);
    expect((await author.send('PUT', `Composition/${id}`, { ...changed, status: 'amended' })).status).toBe(422);
    const amend = (by: typeof author, composition: object) =>
      by.send('POST', `Composition/${id}/$amend`, {
        resourceType: 'Parameters',
        parameter: [
          { name: 'reason', valueString: 'Wrong side' },
          { name: 'composition', resource: composition },
        ],
      });
    expect((await amend(colleague, changed)).status).toBe(403);
    expect((await amend(author, final)).status).toBe(422);
    expect((await amend(author, { ...changed, subject: { display: 'Somebody else' } })).status).toBe(422);
    const { status, body } = await amend(author, changed);
    expect([status, body.status, body.title]).toEqual([200, 'amended', 'Something else']);
    expect((await author.get(`Composition/${id}/_history/2`)).body).toMatchObject({
      status: 'final',
      title: final.title,
    });
    expect((await author.get(`Composition/${id}/_history/1`)).body.status).toBe('preliminary');
    expect((await author.get(`Provenance?target=Composition/${id}&_summary=count`)).body.total).toBe(2);
    expect((await amend(author, changed)).status).toBe(412);
  });

  test('is not changed by its form either', async () => {
    const { id: form } = await author.store(response([]));
    const [made] = await extracted(form);
    await signed(made?.id ?? '');
    expect((await extracted(form)).map(({ id }) => id)).toContain(made?.id);
    await author.store({ ...response([], 'Work'), id: form, status: 'amended' });
    expect((await author.send('POST', `QuestionnaireResponse/${form}/$extract`)).status).toBe(422);
  });

  test('that was entered in error is used no more', async () => {
    const { id } = await note();
    await signed(id);
    const parameter = [
      { name: 'reason', valueString: 'Wrong patient' },
      { name: 'status', valueCode: 'entered-in-error' },
    ];
    const { body } = await author.send('POST', `Composition/${id}/$amend`, { resourceType: 'Parameters', parameter });
    expect(body.status).toBe('entered-in-error');
    expect((await signed(id)).status).toBe(422);
  });

  test('no path makes a note of the clinic final without its signature', async () => {
    const { id: _, identifier: __, ...rest } = await note();
    const accepted = { ...rest, meta: { profile: ['https://athanor.health/fhir/StructureDefinition/clinical-note'] } };
    const part = [
      { name: 'type', valueCode: 'replace' },
      { name: 'path', valueString: 'Composition.status' },
      { name: 'value', valueCode: 'final' },
    ];
    const bypasses = await clinic.bypasses({
      accepted,
      refused: { ...accepted, status: 'final' },
      fhirPathPatch: { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] },
      fault: 'clinical.noteNotSigned',
    });
    expect(bypasses).toEqual([]);
  });

  test('no path changes a final note or deletes it', async () => {
    const { id } = await note();
    await signed(id);
    const final = (await author.get(`Composition/${id}`)).body as unknown as Composition;
    for (const forged of [{ title: 'Forged' }, { title: 'Forged', status: 'amended' }, { status: 'preliminary' }]) {
      expect(await writesThatPass(final, { ...final, ...forged })).toEqual([]);
    }
  });

  test('no path deletes one, of the clinic or from elsewhere', async () => {
    const bypasses = await clinic.deletionBypasses({
      kept: {
        resourceType: 'Composition',
        status: 'final',
        type: { coding: [{ system: LOINC, code: '11506-3' }] },
        subject: { reference: 'Patient/bell' },
        date: '2026-11-25',
        author: [{ reference: 'Practitioner/author' }],
        title: 'Note from elsewhere',
      },
      fault: 'clinical.noteIsFinal',
    });
    expect(bypasses).toEqual([]);
  });

  test('a copied signature is none, and one note’s signature is not another’s', async () => {
    const [first, second] = [await note(), await note()];
    await signed(first.id);
    const [provenance] = resourcesIn((await clinic.get(`Provenance?target=Composition/${first.id}`)).body);
    const target = [{ reference: `Composition/${second.id}/_history/2` }];
    const { status } = await clinic.send('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: { ...second, status: 'final' },
          request: { method: 'PUT', url: `Composition/${second.id}` },
        },
        { resource: { ...provenance, id: undefined, target }, request: { method: 'POST', url: 'Provenance' } },
      ],
    });
    expect(status).toBe(422);
    expect((await author.get(`Composition/${second.id}`)).body.status).toBe('preliminary');
  });

  test('follows its patient when two records of one patient are merged, and another one not', async () => {
    for (const id of ['twin', 'survivor'])
      await clinic.store({ resourceType: 'Patient', id, name: [{ family: 'Bell' }] });
    const { id: form } = await author.store({
      ...response([]),
      subject: { reference: 'Patient/twin' },
      encounter: undefined,
    });
    const [made] = await extracted(form);
    const path = `Composition/${made?.id ?? ''}`;
    await signed(made?.id ?? '');
    const final = (await author.get(path)).body;
    const moved = { ...final, subject: { reference: 'Patient/survivor' } };
    expect((await clinic.send('PUT', path, moved)).status).toBe(422);
    const parameter = [
      { name: 'source-patient', valueReference: { reference: 'Patient/twin' } },
      { name: 'target-patient', valueReference: { reference: 'Patient/survivor' } },
    ];
    expect((await clinic.send('POST', 'Patient/$merge', { resourceType: 'Parameters', parameter })).status).toBe(200);
    expect((await author.get(path)).body.subject).toEqual({ reference: 'Patient/survivor' });
  });

  test('its signature is kept', async () => {
    const { id } = await note();
    await signed(id);
    const trail = await clinic.get(`Provenance?target=Composition/${id}`);
    const [provenance] = resourcesIn(trail.body);
    expect((await clinic.send('DELETE', `Provenance/${provenance?.id ?? ''}`)).status).toBe(422);
    const forged = { ...provenance, recorded: '2020-01-01T00:00:00Z' };
    expect((await clinic.send('PUT', `Provenance/${provenance?.id ?? ''}`, forged)).status).toBe(422);
  });
});

/** Tries to change one version to another by each kind of request, and names those that were not refused with 422. */
async function writesThatPass(before: Composition, after: object): Promise<readonly string[]> {
  const path = `Composition/${before.id}`;
  const entry = { resource: after, request: { method: 'PUT', url: path } };
  const operation = Object.entries(after)
    .filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify((before as unknown as Record<string, unknown>)[name]),
    )
    .map(([name, value]) => ({ name, value: value as string }));
  const patch = {
    resourceType: 'Parameters',
    parameter: operation.map(({ name, value }) => ({
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'replace' },
        { name: 'path', valueString: `Composition.${name}` },
        { name: 'value', ...(name === 'status' ? { valueCode: value } : { valueString: value }) },
      ],
    })),
  };
  const attempts = {
    PUT: await clinic.send('PUT', path, after),
    'conditional PUT': await clinic.send('PUT', `Composition?_id=${before.id}`, after),
    PATCH: await clinic.send('PATCH', path, patch),
    transaction: await clinic.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry] }),
  };
  const batch = await clinic.send('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [entry] });
  const answers = (batch.body.entry ?? []) as readonly { readonly response: { readonly status: string } }[];
  const isRefused = answers[0]?.response.status.startsWith('422') ?? false;
  return [
    ...Object.entries(attempts).flatMap(([name, { status }]) => (status === 422 ? [] : [`${name}: ${status}`])),
    ...(isRefused ? [] : ['batch']),
  ];
}

test('I.4.5 a stale autosave is refused, and no text is lost', async () => {
  const { id } = await author.store({ ...response([]), status: 'in-progress' as const });
  const save = (text: string, version: number) =>
    author.send('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: { ...response([], text), id, status: 'in-progress' },
          request: { method: 'PUT', url: `QuestionnaireResponse/${id}`, ifMatch: `W/"${version}"` },
        },
      ],
    });
  expect((await save('first', 1)).status).toBe(200);
  expect((await save('of a second window', 1)).status).toBe(412);
  expect(JSON.stringify((await author.get(`QuestionnaireResponse/${id}`)).body)).toContain('first');
});

test('a reminder is done when the note is signed', async () => {
  const { id } = await note();
  const task = await clinic.store({
    resourceType: 'Task' as const,
    status: 'requested' as const,
    intent: 'order' as const,
    code: { coding: [{ system: 'https://athanor.health/fhir/CodeSystem/clinical-task', code: 'sign-note' }] },
    focus: { reference: `Composition/${id}` },
  });
  await signed(id);
  const status = async () => (await clinic.get(`Task/${task.id}`)).body.status;
  for (let attempt = 0; attempt < 150 && (await status()) !== 'completed'; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await status()).toBe('completed');
});

test('a note as a document has all that it refers to, and is valid', async () => {
  const { id } = await note();
  const { body } = await author.get(`Composition/${id}/$document`);
  expect(resourcesIn(body).map((each) => `${each.resourceType}/${each.id}`)).toEqual([
    `Composition/${id}`,
    'Patient/bell',
    'Encounter/visit',
    'Practitioner/author',
  ]);
  const { body: outcome } = await clinic.send('POST', 'Bundle/$validate', body);
  expect((outcome.issue ?? []).filter(({ severity }) => severity === 'error')).toEqual([]);
});
