import { parse, readable } from '../search/parse/readable-tree.fixture.ts';
import { Fault } from '../kernel/fault.ts';
import { unrestricted, type Access } from './access.ts';
import { narrow } from './narrow.ts';
import { accessOf, registry, roleWith } from './shipped-access.fixture.ts';

/** Finds final Observations, Patients of one practitioner, every Location, nothing else. */
const ACCESS = accessOf([
  roleWith(
    {
      types: ['Observation'],
      interactions: ['search'],
      criteria: 'status=final',
      hidden: ['Observation.note', 'Observation.component'],
    },
    {
      types: ['Patient'],
      interactions: ['search'],
      criteria: 'general-practitioner=%user',
      hidden: ['Patient.identifier', 'Patient.contact.name'],
    },
    { types: ['List'], interactions: ['search'], criteria: 'status=current' },
    { types: ['Location'], interactions: ['search'] },
  ),
]);
/** The label conditions stand in every filter; they are shown as one word. */
const LABELS = /not _security \[[^\]]*\]/g;

function narrowed(url: string, access: Access = ACCESS): string {
  const tree = narrow(parse(url), access, registry);
  const filters = tree.filters.map((filter) => readable(filter)).join(' AND ');
  return `${tree.types.join(',')}: ${filters}`
    .replace(LABELS, 'L')
    .replaceAll('L AND L', 'L')
    .replaceAll('L and L', 'L');
}

function refusal(url: string): string {
  try {
    return narrowed(url);
  } catch (error) {
    if (error instanceof Fault) return `${error.status} ${error.code}`;
    throw error;
  }
}

const O = 'status [final] AND L';
const P = 'general-practitioner [Practitioner/d1] and L';

test.each([
  ['Observation?', `Observation: ${O}`],
  ['Observation?code=x', `Observation: ${O} AND code [x]`],
  ['Observation?subject:Patient.gender=male', `Observation: ${O} AND subject -> {Patient: ((${P}) and gender [male])}`],
  ['Observation?subject:Device.type=x', `Observation: ${O} AND ()`],
  ['Observation?encounter.status=finished', `Observation: ${O} AND ()`],
  [
    'Patient?_has:Observation:patient:code=x',
    `Patient: ${P.replace(' and ', ' AND ')} AND has Observation.patient {((${O.replace(' AND ', ' and ')}) and code [x])}`,
  ],
  ['Patient?_has:Encounter:patient:status=x', `Patient: ${P.replace(' and ', ' AND ')} AND ()`],
  ['Observation?_list=1', `Observation: ${O} AND has List.item {((status [current] and L) and id 1)}`],
  ['Encounter?', 'Encounter: ()'],
  [
    '?_type=Observation,Encounter,Location&_lastUpdated=2020',
    `Observation,Location: type {Observation: (${O.replace(' AND ', ' and ')}); Location: L} AND updated [eq 2020-01-01T00:00:00.000Z..2021-01-01T00:00:00.000Z]`,
  ],
  ['?_type=Encounter,Condition', 'Encounter,Condition: ()'],
])('%s becomes %s', (url, expected) => {
  expect(narrowed(url)).toBe(expected);
});

test('a wildcard of includes leaves out what is hidden', () => {
  const access = accessOf(['receptionist']);
  const [include] = narrow(parse('Encounter?_include=*'), access, registry).includes;
  const codes = include?.params.map(({ code }) => code);
  expect(codes).toContain('subject');
  expect(codes).not.toContain('diagnosis');
  expect(() => narrow(parse('Encounter?_include=Encounter:diagnosis'), access, registry)).toThrow(Fault);
});

test('nothing is touched where nothing is restricted', () => {
  const tree = parse('Observation?subject:Patient.identifier=x&_content=y&_contained=true');
  expect(narrow(tree, unrestricted(1), registry)).toBe(tree);
});

test.each([
  'Patient?identifier=x',
  'Patient?identifier=http://nowhere.example|y',
  'Patient?identifier:missing=true',
  'Patient?identifier:of-type=http://x|MR|1',
  'Patient?_sort=identifier',
  'Patient?_filter=identifier eq "x"',
  'Patient?_filter=not (identifier pr true)',
  'Patient?_text=x',
  'Patient?_content=x',
  'Observation?_content=x',
  'Observation?component-code=x',
  'Observation?component-code-value-quantity=x$5',
  'Observation?combo-code=x',
  'Observation?subject:Patient.identifier=x',
  'Observation?subject:Patient._content=x',
  'Location?_has:Observation:subject:component-code=x',
  'Encounter?subject:Patient.identifier=x',
  '?_type=Patient,Location&_content=x',
  '?_type=Location&_has:Patient:organization:identifier=x',
  'Observation?_contained=true',
])('%s is refused, whatever the value', (url) => {
  expect(refusal(url)).toMatch(/^40[03] /);
  if (refusal(url).startsWith('403')) expect(refusal(url)).toBe('403 access.searchRefused');
});

test.each([
  'Patient?birthdate=2020',
  'Observation?code-value-quantity=x$5',
  'Location?partof:below=Location/1',
  'Location?_content=x',
  'Patient?_sort=birthdate',
])('%s is let through', (url) => {
  expect(refusal(url)).not.toMatch(/^40/);
});
