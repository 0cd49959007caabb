import type { SearchParameterDef } from '../../server/definitions/definitions.ts';
import { loadDefinitions } from '../../server/definitions/load.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';

/** The search parameters of R4 that are not served, and why: as in server/docs/search.md. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  _query: 'names a query that a server defines; this one defines none',
};

const PLAUSIBLE: Readonly<Record<string, string>> = {
  token: 'http://loinc.org|29463-7',
  string: 'Lovelace',
  date: 'ge2024-02-29',
  number: 'lt0.50',
  quantity: '5.40|http://unitsofmeasure.org|mg',
  uri: 'http://hl7.org/fhir/ValueSet/example',
  special: '-83.694810|42.256500|11.20|km',
};

const definitions = loadDefinitions();
const byUrl = new Map(definitions.searchParameters.map((definition) => [definition.url, definition]));

function valueOf({ code, type, component, target }: SearchParameterDef): string {
  if (code === '_id') return 'example';
  if (type === 'reference') return `${target[0] ?? 'Patient'}/example`;
  if (type !== 'composite') return PLAUSIBLE[type] ?? '';
  const parts = component.map(({ definition }) => byUrl.get(definition));
  expect([code, parts]).not.toContain(undefined);
  return parts.map((part) => (part === undefined ? '' : valueOf(part))).join('$');
}

const isDomainResource = (type: string): boolean => definitions.type(type)?.base === 'DomainResource';

/** Whether instances of the type have the parameter. */
function applies({ base }: SearchParameterDef, type: string): boolean {
  return (
    base.includes(type) || base.includes('Resource') || (base.includes('DomainResource') && isDomainResource(type))
  );
}

const pairs = definitions.resourceTypes.map((type) => {
  return [type, definitions.searchParameters.filter((definition) => applies(definition, type))] as const;
});

describe('The search parameters of R4', () => {
  let server: FhirServer;

  beforeAll(async () => {
    server = await openFhirServer();
  });

  afterAll(() => server.close());

  test('are 1378, on 146 types', () => {
    expect([byUrl.size, pairs.length]).toEqual([1378, 146]);
  });

  test.each(pairs)('of %s take a plausible value', async (type, parameters) => {
    const refused: string[] = [];
    for (const parameter of parameters) {
      const { code } = parameter;
      const query = `${type}?${code}=${encodeURIComponent(valueOf(parameter))}`;
      const { status, body, text } = await server.get(query);
      const isServed = status === 200 && body.type === 'searchset';
      if (isServed === code in NOT_SERVED) refused.push(`${query}: ${status} ${text.slice(0, 300)}`);
    }
    expect(refused).toEqual([]);
  });
});
