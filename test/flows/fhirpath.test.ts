import { openFhirServer, type Body, type FhirServer } from './fhir-server.ts';

const PATH = 'http://fhir.forms-lab.com/StructureDefinition/resource-path';

let server: FhirServer;

const ANN = {
  resourceType: 'Patient',
  id: 'ann',
  active: true,
  name: [
    { use: 'official', family: 'Ames', given: ['Ann', 'Bea'] },
    { use: 'nickname', given: ['Annie'] },
  ],
  contact: [{ name: { family: 'Contact' } }],
  birthDate: '1974-12-25',
};

beforeAll(async () => {
  server = await openFhirServer();
  await server.send('PUT', 'Patient/ann', ANN);
});

afterAll(() => server.close());

interface Part {
  readonly name: string;
  readonly valueString?: string;
  readonly part?: readonly Part[];
  readonly extension?: readonly { readonly url: string; readonly valueString: string }[];
  readonly [value: string]: unknown;
}

function results({ parameter }: Body): readonly Part[] {
  return ((parameter ?? []) as readonly Part[]).filter(({ name }) => name === 'result');
}

function parameters(...parameter: readonly object[]): object {
  return { resourceType: 'Parameters', parameter };
}

async function evaluate(path: string, ...given: readonly object[]): Promise<readonly Part[]> {
  const { status, body, text } = await server.send('POST', path, parameters(...given));
  if (status !== 200) throw new Error(text);
  return results(body);
}

const expression = (valueString: string): object => ({ name: 'expression', valueString });

describe('on a stored resource', () => {
  test('values have their types and paths', async () => {
    const { status, body } = await server.get(`Patient/ann/$fhirpath?expression=${encodeURIComponent('name.given')}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ resourceType: 'Parameters', id: 'fhirpath' });
    expect(results(body)).toEqual([
      {
        name: 'result',
        valueString: 'Patient',
        part: [
          ['Patient.name[0].given[0]', 'Ann'],
          ['Patient.name[0].given[1]', 'Bea'],
          ['Patient.name[1].given[0]', 'Annie'],
        ].map(([valueString, value]) => ({
          name: 'string',
          extension: [{ url: PATH, valueString }],
          valueString: value,
        })),
      },
    ]);
  });

  test('each context gives a result', async () => {
    const found = await evaluate('Patient/ann/$fhirpath', expression('given.count()'), {
      name: 'context',
      valueString: 'Patient.name',
    });
    expect(found).toEqual([
      { name: 'result', valueString: 'Patient.name[0]', part: [{ name: 'integer', valueInteger: 2 }] },
      { name: 'result', valueString: 'Patient.name[1]', part: [{ name: 'integer', valueInteger: 1 }] },
    ]);
  });

  test.each([['nobody', 404]])('of %s there is none', async (id, expected) => {
    const { status } = await server.get(`Patient/${id}/$fhirpath?expression=id`);
    expect(status).toBe(expected);
  });
});

describe('on a resource in the request', () => {
  const observation = `{"resourceType":"Observation","status":"final","code":{"text":"c"},
    "valueQuantity":{"value":1.50,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}`;

  test('numbers keep their digits', async () => {
    const { text } = await server.send(
      'POST',
      '$fhirpath',
      `{"resourceType":"Parameters","parameter":[
        {"name":"expression","valueString":"Observation.value | Observation.value.ofType(Quantity).value | 2.0"},
        {"name":"resource","resource":${observation}}]}`,
    );
    expect(text).toContain('"valueQuantity":{"value":1.50,');
    expect(text).toContain('"valueDecimal":1.50');
    expect(text).toContain('"valueDecimal":2.0');
  });

  test('it may come as JSON in a string', async () => {
    const [found] = await evaluate('Observation/$fhirpath', expression('code.text'), {
      name: 'resource',
      valueString: observation,
    });
    expect(found?.part).toMatchObject([{ name: 'string', valueString: 'c' }]);
  });

  test.each([
    ['Patient.contact', { name: 'Patient.contact', extension: [{}, { valueString: '{"name":{"family":"Contact"}}' }] }],
    ['Patient.name.first()', { name: 'HumanName', valueHumanName: ANN.name[0] }],
    ['%resource', { name: 'Patient', resource: { id: 'ann' } }],
    ['birthDate + 1 year', { name: 'date', valueDate: '1975-12-25' }],
    ['active.type()', { name: 'TypeInfo' }],
  ])('%s', async (text, expected) => {
    const [found] = await evaluate('Patient/$fhirpath', expression(text), { name: 'resource', resource: ANN });
    expect(found?.part).toMatchObject([expected]);
  });

  test('variables are given as parts', async () => {
    const [found] = await evaluate('$fhirpath', expression("%limit + 0.5 | %words.join('-')"), {
      name: 'variables',
      part: [
        { name: 'limit', valueInteger: 2 },
        { name: 'words', valueString: 'a' },
        { name: 'words', valueString: 'b' },
      ],
    });
    expect(found?.part).toEqual([
      { name: 'decimal', valueDecimal: 2.5 },
      { name: 'string', valueString: 'a-b' },
    ]);
  });

  test('traces come with the result', async () => {
    const [found] = await evaluate('$fhirpath', expression("name.trace('names', use).given.trace('given').count()"), {
      name: 'resource',
      resource: ANN,
    });
    expect(found?.part).toMatchObject([
      { name: 'trace', valueString: 'names', part: [{ valueCode: 'official' }, { valueCode: 'nickname' }] },
      { name: 'trace', valueString: 'given', part: [{}, {}, {}] },
      { name: 'integer', valueInteger: 3 },
    ]);
  });
});

describe('refuses', () => {
  const resource = { name: 'resource', resource: ANN };

  test.each<[string, number, string, string, object[]]>([
    ['$fhirpath', 400, 'required', 'needs the parameter expression', []],
    ['$fhirpath', 400, 'invalid', 'line 1, column 6', [expression('name.')]],
    ['$fhirpath', 400, 'invalid', 'line 2, column 3', [expression('name\n .nonsense()')]],
    ['$fhirpath', 400, 'invalid', 'Patient has no element nam; it has id,', [expression('nam'), resource]],
    ['$fhirpath', 400, 'invalid', 'write deceased.ofType(boolean)', [expression('deceasedBoolean'), resource]],
    ['$fhirpath', 422, 'processing', 'single() takes one value, not 2', [expression('name.single()'), resource]],
    ['$fhirpath', 422, 'processing', '%nobody is not known', [expression('%nobody')]],
    ['$fhirpath', 422, 'processing', 'use ValueSet/$validate-code', [expression("birthDate.memberOf('x')"), resource]],
    ['Observation/$fhirpath', 400, 'invalid', 'must be of type Observation', [expression('id'), resource]],
    ['$fhirpath', 400, 'structure', 'must hold a resource', [expression('id'), { name: 'resource', valueString: '1' }]],
    ['$fhirpath', 400, 'structure', 'is no JSON', [expression('id'), { name: 'resource', valueString: '{' }]],
    ['$fhirpath', 400, 'not-supported', 'expression, context', [expression('id'), { name: 'other', valueString: 'x' }]],
    ['$fhirpath', 400, 'structure', 'needs a name', [expression('id'), { name: 'variables', part: [{}] }]],
    ['$fhirpath', 400, 'too-costly', 'more than 1000 values', [expression(`('${'a'.repeat(1001)}').toChars()`)]],
    ['$fhirpath', 400, 'too-costly', 'too many values', [expression("'a'.repeat($this & 'b')")]],
    ['$fhirpath', 400, 'too-costly', 'regular expression', [expression(`'${'a'.repeat(60)}!'.matches('(?=a)(a+)+$')`)]],
  ])('%s with %i %s: %s', async (path, expected, code, text, given) => {
    const { status, body } = await server.send('POST', path, parameters(...given));
    expect(body.issue?.[0]).toMatchObject({ code, details: { text: expect.stringContaining(text) as string } });
    expect(status).toBe(expected);
  });
});
