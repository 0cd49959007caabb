import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../architecture/source-files.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';

const markdown = readFileSync(join(ROOT, 'server/docs/search.md'), 'utf8');
// An example ends where two spaces begin its explanation.
const examples = (/^```\n(.*?)^```/ms.exec(markdown)?.[1] ?? '')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('  ', 1)[0] ?? '');

const REFUSED = [
  'Patient?_contained=true&_has:Observation:patient:code=x',
  'Patient?_contained=both&_revinclude=Observation:patient',
  'Patient?_query=current-high-risk',
  'Observation?_list=$current-problems',
  'CarePlan?instantiates-canonical.name=x',
  'CarePlan?_include=CarePlan:instantiates-canonical',
  'PlanDefinition?_has:CarePlan:instantiates-canonical:status=active',
  '?_type=Patient,Observation&_sort=status',
  'Patient?_sort=deceased',
  'Patient?deceased:text=yes',
  'Observation?_sort=code-value-quantity',
  'Patient?_filter=given ne "Ada"',
  'Patient?_filter=gender ni "male"',
  'Patient?_filter=birthdate po 1815',
  'Observation?code:below=http://snomed.info/sct|73211009',
  'Observation?code:in=http://clinic.example/ValueSet/unknown',
];

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
});

afterAll(() => server.close());

test('the page has examples', () => {
  expect(examples.length).toBeGreaterThan(25);
});

test.each(examples)('%s is answered', async (example) => {
  const { status, body } = await server.get(example);
  const outcomes = body.entry?.filter(({ search }) => search?.mode === 'outcome') ?? [];
  expect([status, outcomes]).toEqual([200, []]);
});

test.each(REFUSED)('%s is refused', async (search) => {
  const { status, body } = await server.get(search);
  expect([status, body.issue?.[0]?.severity]).toEqual([400, 'error']);
});
