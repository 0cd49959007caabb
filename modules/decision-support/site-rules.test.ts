import { testClinic, type TestBody } from '#sdk/testing';
import { orderFor, woman } from './decision-support.fixture.ts';
import { CONTRAINDICATION_RULE, INGREDIENT, INTERACTION_RULE, structure } from './names.ts';

const clinic = testClinic(import.meta.dirname);
const pharmacist = clinic.as({ roles: ['pharmacist'], fhirUser: 'Practitioner/pharmacist' });

const rule = (severity: string, second = 'loratadine') =>
  ({
    resourceType: 'MedicinalProductInteraction',
    id: 'our-rule',
    meta: { profile: [INTERACTION_RULE] },
    extension: [
      { url: structure('drug-fact-severity'), valueCode: severity },
      { url: structure('drug-fact-citation'), valueString: 'Our drug committee, 2026' },
      { url: structure('drug-fact-review'), valueCode: 'reviewed' },
    ],
    interactant: ['metformin', second].map((code) => ({
      itemCodeableConcept: { coding: [{ system: INGREDIENT, code }] },
    })),
    effect: { text: 'Something happens.' },
    management: { text: 'Ask the committee.' },
  }) as const;

const keysIn = ({ parameter = [] }: TestBody): readonly string[] =>
  parameter.flatMap(({ name, resource }) =>
    name === 'issue' ? [(resource as { identifier: { value: string }[] }).identifier[0]?.value ?? ''] : [],
  );

async function keysOf(taken: string, ordered: string): Promise<readonly string[]> {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  await clinic.store(orderFor(subject, taken));
  const { body } = await pharmacist.send('POST', 'MedicationRequest/$check', orderFor(subject, ordered, 'draft'));
  return keysIn(body);
}

/** Every process follows within a second. */
async function soon(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

test('a rule of the clinic is used as soon as it is stored, changed and removed', async () => {
  expect(await keysOf('metformin', 'loratadine')).toEqual([]);
  await clinic.store(rule('major'));
  await soon(async () => expect(await keysOf('metformin', 'loratadine')).toEqual(['our-rule:loratadine+metformin']));
  await clinic.store(rule('major', 'cetirizine'));
  await soon(async () => {
    expect(await keysOf('metformin', 'loratadine')).toEqual([]);
    expect(await keysOf('metformin', 'cetirizine')).toEqual(['our-rule:cetirizine+metformin']);
  });
  await clinic.store(rule('contraindicated', 'cetirizine'));
  await soon(async () => {
    const subject = `Patient/${(await clinic.store(woman)).id}`;
    await clinic.store(orderFor(subject, 'metformin'));
    expect((await clinic.send('POST', 'MedicationRequest', orderFor(subject, 'cetirizine'))).status).toBe(422);
  });
  await clinic.send('DELETE', 'MedicinalProductInteraction/our-rule');
  await soon(async () => expect(await keysOf('metformin', 'cetirizine')).toEqual([]));
});

test.each([
  ['a drug that is not known', rule('major', 'wonderpill')],
  ['a severity that is none', rule('terrible')],
  ['no citation', { ...rule('major'), extension: rule('major').extension.slice(0, 1) }],
  ['one drug', { ...rule('major'), interactant: rule('major').interactant.slice(0, 1) }],
  [
    'a contraindication of nothing',
    { resourceType: 'MedicinalProductContraindication', id: 'x', meta: { profile: [CONTRAINDICATION_RULE] } },
  ],
])('a rule with %s is refused, as no check could use it', async (_what, resource) => {
  expect((await clinic.send('PUT', `${resource.resourceType}/${resource.id}`, resource)).status).toBe(422);
});

test('a Bundle with a rule that cannot be used is refused whole', async () => {
  const request = { method: 'PUT', url: 'MedicinalProductInteraction/our-rule' };
  const entry = [{ resource: rule('major', 'wonderpill'), request }];
  const { status } = await clinic.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect(status).toBe(422);
});

const CSV = `id,first,second,severity,effect,management,citation,mechanism
csv-1,warfarin,Tylenol,minor,"INR may rise, a little",Check INR,"Our ""blue"" book",
csv-2,strong-cyp3a4-inhibitor,loratadine,moderate,Levels rise,Watch,Our book,CYP3A4
`;

const csvOf = (csv: string): object => ({ resourceType: 'Parameters', parameter: [{ name: 'csv', valueString: csv }] });

test('rules are imported as a table, all or none, and again', async () => {
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await pharmacist.send('POST', '$import-drug-rules', csvOf(CSV));
    expect([status, body.parameter]).toEqual([200, [{ name: 'count', valueInteger: 2 }]]);
  }
  const { body } = await clinic.get('MedicinalProductInteraction/csv-1');
  expect(body.effect).toEqual({ text: 'INR may rise, a little' });
  await soon(async () => expect(await keysOf('warfarin', 'acetaminophen')).toEqual(['csv-1:acetaminophen+warfarin']));
});

test.each([
  ['a table without a header', 'a,b\nc,d', 'the header lacks'],
  ['a line without an effect', CSV.replace('Levels rise', ''), 'line 3 has no effect'],
  ['a drug that is not known', CSV.replace('Tylenol', 'Wonderpill'), 'line 2: "Wonderpill"'],
  ['an id that is none', CSV.replace('csv-2', 'csv 2'), 'line 3: an id'],
  ['a header alone', 'id,first,second,severity,effect,management,citation', 'send a Bundle'],
])('%s is not imported: 400 with the line', async (_what, csv, text) => {
  const { status, body } = await pharmacist.send('POST', '$import-drug-rules', csvOf(csv));
  expect([status, body.issue?.[0]?.details.text]).toEqual([400, expect.stringContaining(text)]);
});

test('what is exported can be imported again', async () => {
  const { body } = await pharmacist.get('$drug-knowledge?drug=Zanaflex');
  const { entry } = body as unknown as { readonly entry: readonly { readonly resource: { readonly id: string } }[] };
  expect(entry.map(({ resource }) => resource.id)).toContain('tizanidine-cyp1a2-inhibitor');
  const { status } = await pharmacist.send('POST', '$import-drug-rules', body);
  expect(status).toBe(200);
  expect((await clinic.get('MedicinalProductInteraction/tizanidine-cyp1a2-inhibitor')).status).toBe(200);
});

test('who may not write rules imports none', async () => {
  const nurse = clinic.as({ roles: ['nurse'], fhirUser: 'Practitioner/nurse' });
  expect((await nurse.send('POST', '$import-drug-rules', csvOf(CSV))).status).toBe(403);
});
