import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const author = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/author' });

const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire';
const URL = 'https://example.org/Questionnaire';

const uses = (template: string) => ({
  url: `${SDC}-templateExtract`,
  extension: [{ url: 'template', valueReference: { reference: `#${template}` } }],
});

const filled = (expression: string) => ({
  extension: [{ url: `${SDC}-templateExtractValue`, valueString: expression }],
});

/** A form about one thing, whose template says it by an expression. */
const form = (name: string, expression: string, template = 'flag') => ({
  resourceType: 'Questionnaire' as const,
  id: name,
  url: `${URL}/${name}`,
  status: 'active' as const,
  contained: [
    {
      resourceType: 'Flag',
      id: 'flag',
      status: 'active',
      code: { _text: filled(expression) },
      subject: filled('%resource.subject'),
    },
  ],
  extension: [uses(template)],
  item: [{ linkId: 'what', type: 'string' as const, repeats: true }],
});

const response = (name: string, ...answers: readonly string[]) => ({
  resourceType: 'QuestionnaireResponse' as const,
  questionnaire: `${URL}/${name}`,
  status: 'completed' as const,
  subject: { reference: 'Patient/bell' },
  item:
    answers.length === 0 ? undefined : [{ linkId: 'what', answer: answers.map((valueString) => ({ valueString })) }],
});

const ANSWERS = "item.where(linkId = 'what').answer.value";

beforeAll(async () => {
  await clinic.store({ resourceType: 'Patient', id: 'bell', name: [{ family: 'Bell' }] });
  await clinic.store(form('good', ANSWERS));
  await clinic.store(form('malformed', 'item.where('));
  await clinic.store({ ...form('none', ANSWERS), extension: undefined, contained: undefined });
});

async function extracted(given: ReturnType<typeof response>) {
  const { status, body } = await author.send('POST', 'QuestionnaireResponse/$extract', given);
  const entry = body.entry as readonly { readonly resource: unknown }[] | undefined;
  return { status, resources: entry?.map(({ resource }) => resource), text: body.issue?.[0]?.details.text };
}

test('what was answered stands where the template says', async () => {
  expect((await extracted(response('good', 'Falls'))).resources).toEqual([
    { resourceType: 'Flag', status: 'active', code: { text: 'Falls' }, subject: { reference: 'Patient/bell' } },
  ]);
});

test('what was not answered is left out', async () => {
  expect((await extracted(response('good'))).resources).toEqual([
    { resourceType: 'Flag', status: 'active', subject: { reference: 'Patient/bell' } },
  ]);
});

test.each([
  ['several answers to what is one', response('good', 'Falls', 'Bites'), 'several values to text'],
  ['an expression that is none', response('malformed', 'Falls'), 'item.where('],
  ['a form without templates', response('none', 'Falls'), 'templateExtract'],
  ['a form that nobody knows', response('unknown', 'Falls'), 'url|version'],
])('%s is told', async (_, given, text) => {
  expect(await extracted(given)).toMatchObject({ status: 422, text: expect.stringContaining(text) });
});

test('what is no response is refused', async () => {
  const { status } = await author.send('POST', 'QuestionnaireResponse/$extract', { resourceType: 'Patient' });
  expect(status).toBe(400);
});
