import fc from 'fast-check';
import { LOINC, MRN, SNOMED, UCUM } from './queries/shared.ts';

/** A parameter with its modifiers, and values among which some match the corpus and some do not. */
interface Choice {
  readonly name: fc.Arbitrary<string>;
  readonly value: fc.Arbitrary<string>;
}

const prefix = fc.constantFrom('', '', '', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap');

function one(...names: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...names);
}

function list(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(value, { minLength: 1, maxLength: 3 }).map((values) => values.join(','));
}

function of(name: fc.Arbitrary<string>, ...values: readonly string[]): Choice {
  return { name, value: list(one(...values)) };
}

function isMissing(...names: readonly string[]): Choice {
  return { name: one(...names).map((name) => `${name}:missing`), value: one('true', 'false') };
}

function dates(...names: readonly string[]): Choice {
  const text = one(
    ...[
      '2020-03-04T10:20:30.123Z',
      '2020-03-04T23:30:00-05:00',
      '2020-01-05T08:00:00Z',
      '1980-05-17',
      '2020-01-10',
      '2019-12-31',
    ],
    ...[
      '2018-05',
      '2017',
      '2000-02-29',
      '2020-03-01',
      '2020-06-30',
      '2021-05-15',
      '2022-06-01',
      '2023-05-03',
      '1999-12-31',
    ],
  );
  const shorter = fc.tuple(text, one('0', '0', '4', '7', '10')).map(([date, length]) => {
    const isShorter = length !== '0' && date.length > Number(length);
    return isShorter ? date.slice(0, Number(length)) : date;
  });
  return { name: one(...names), value: list(fc.tuple(prefix, shorter).map((parts) => parts.join(''))) };
}

const number = one(
  '5.4',
  '5.40',
  '5',
  '5.44',
  '0.5',
  '0.49',
  '7',
  '1',
  '1000',
  '1e3',
  '120',
  '100',
  '1e2',
  '-2.5',
  '37',
  '50',
  '110',
  '0.2',
  '0.75',
);
const numbers = list(fc.tuple(prefix, number).map((parts) => parts.join('')));
const unit = one(
  '',
  '',
  `|${UCUM}|mmol/L`,
  `|${UCUM}|mg`,
  `|${UCUM}|g`,
  `|${UCUM}|mm[Hg]`,
  '||mmHg',
  '||drops',
  `|${UCUM}|kg`,
);
const quantity = fc.tuple(prefix, number, unit).map((parts) => parts.join(''));

const codes = [
  `${LOINC}|15074-8`,
  '15074-8',
  '|15074-8',
  `${LOINC}|`,
  '8480-6',
  `${SNOMED}|27113001`,
  'a\\|b\\,c\\$d',
  '85354-9',
  'nothing',
];

const CHOICES: Readonly<Record<string, readonly Choice[]>> = {
  Patient: [
    of(
      one('name', 'name', 'family', 'given', 'name:contains', 'given:contains', 'family:exact'),
      'mu',
      'Müller',
      'smith',
      'JOSE',
      'José',
      'ria',
      'pet',
      "o'b",
      'z',
      'Garcia',
    ),
    of(one('gender', 'gender:not'), 'male', 'female', 'other', 'http://hl7.org/fhir/administrative-gender|unknown'),
    of(one('active', 'active:not', 'deceased'), 'true', 'false'),
    of(one('identifier'), 'M1', `${MRN}|M2`, `${MRN}|`, '|bare-12', 'http://clinic.example/passport|M6', 'x'),
    of(
      one('organization', 'organization:below', 'organization:Organization', 'general-practitioner'),
      'org-0',
      'Organization/org-1',
      'org-3',
      'org-9',
    ),
    of(one('address-city', 'address', 'address-city:contains'), 'zur', 'new', 'SÃO', 'o', '1'),
    of(one('_tag', '_tag:not', '_security'), 'vip', 'http://clinic.example/tags|staff', 'R', '|vip'),
    of(one('_id', '_id:not'), 'pat-1', 'pat-2', 'pat-30', 'none'),
    of(
      one('_profile', '_profile:below', '_source:below'),
      'http://clinic.example/StructureDefinition/patient',
      'http://feeds.example',
    ),
    isMissing('gender', 'active', 'birthdate', 'organization', 'email', 'link', '_tag', 'death-date'),
    dates('birthdate', 'birthdate', 'death-date'),
  ],
  Observation: [
    of(one('code', 'code', 'code:not', 'combo-code', 'component-code'), ...codes),
    of(one('code:text'), 'blood', 'glucose', 'poids', 'local glu', 'text here'),
    of(one('status', 'status:not'), 'final', 'amended', 'http://hl7.org/fhir/observation-status|preliminary'),
    of(one('category', 'category:not'), 'laboratory', 'vital-signs'),
    of(one('subject', 'patient', 'subject:Patient'), 'pat-1', 'Patient/pat-7', 'pat-20', 'Patient/pat-33', 'pat-44'),
    of(one('subject'), 'Device/dev-1', 'http://elsewhere.example/fhir/Patient/pat-1', 'dev-2'),
    of(one('value-string', 'value-string:contains'), 'tres', 'very', 'high', 'eleve'),
    { name: one('value-quantity', 'combo-value-quantity', 'component-value-quantity'), value: list(quantity) },
    {
      name: one('code-value-quantity', 'component-code-value-quantity', 'combo-code-value-quantity'),
      value: list(
        fc
          .tuple(one(`${LOINC}|8480-6`, '8462-4', '15074-8', `${LOINC}|29463-7`), quantity)
          .map((parts) => parts.join('$')),
      ),
    },
    isMissing(
      'date',
      'value-quantity',
      'value-concept',
      'encounter',
      'performer',
      'patient',
      'component-code',
      'value-date',
    ),
    dates('date', 'date', 'value-date'),
  ],
  Encounter: [
    of(one('status', 'status:not', 'class'), 'finished', 'planned', 'AMB', 'IMP'),
    of(one('location', 'location:below', 'location:above'), 'loc-0', 'Location/loc-1', 'loc-3', 'loc-4', 'loc-6'),
    of(one('patient', 'subject'), 'pat-3', 'Patient/pat-9', 'pat-12'),
    isMissing('date', 'length', 'location', 'participant'),
    dates('date'),
    {
      name: one('length'),
      value: list(
        fc
          .tuple(prefix, one('10', '60', '1', '0.5', '20'), one(`|${UCUM}|min`, `|${UCUM}|h`, ''))
          .map((parts) => parts.join('')),
      ),
    },
  ],
  Condition: [
    of(one('clinical-status', 'clinical-status:not', 'code'), 'active', 'resolved', '44054006', `${SNOMED}|38341003`),
    of(one('code:text', 'severity:text'), 'diabetes', 'asthma', 'severe', 'pain'),
    isMissing('severity', 'onset-date', 'onset-age', 'encounter', 'asserter'),
    dates('onset-date', 'recorded-date'),
  ],
  MedicationRequest: [
    of(one('status', 'status:not', 'code'), 'active', 'stopped', '860001'),
    of(one('medication'), 'med-0', 'Medication/med-3'),
    dates('authoredon', 'date'),
    isMissing('authoredon', 'code', 'medication'),
  ],
  RiskAssessment: [{ name: one('probability'), value: numbers }, dates('date')],
  Location: [
    of(one('name', 'name:contains', 'address-city'), 'ward', 'west', 'zurich', 'ward 1'),
    of(one('partof', 'partof:below', 'organization'), 'loc-0', 'loc-3', 'org-1'),
    of(one('near'), '-33.87|151.21|5|km', '47.3|8.5|20|km', '0|180|10|km'),
    isMissing('partof', 'near'),
  ],
  ValueSet: [
    of(
      one('url', 'url:below', 'url:above'),
      'http://acme.example/fhir/ValueSet/a',
      'http://acme.example',
      'http://acme.example/fhir/ValueSet/a/b/c',
    ),
    of(one('status', 'version', 'title', 'title:contains'), 'draft', '1.2', 'title', 'number 3'),
    dates('date'),
  ],
};

/** References that chains follow, and that `_has` follows backwards. */
const LINKS: readonly (readonly [type: string, code: string, target: string])[] = [
  ['Observation', 'patient', 'Patient'],
  ['Observation', 'subject:Patient', 'Patient'],
  ['Observation', 'encounter', 'Encounter'],
  ['Condition', 'patient', 'Patient'],
  ['Condition', 'encounter', 'Encounter'],
  ['Encounter', 'patient', 'Patient'],
  ['Encounter', 'location', 'Location'],
  ['MedicationRequest', 'patient', 'Patient'],
  ['RiskAssessment', 'patient', 'Patient'],
  ['Location', 'partof', 'Location'],
];

const SORTS: Readonly<Record<string, readonly string[]>> = {
  Patient: ['birthdate', '-birthdate', 'family,-_id', '-gender,given', '_id'],
  Observation: ['date', '-date', 'status,-date', '-code,_id', 'value-string'],
  Encounter: ['date', '-date', 'status,date'],
  Condition: ['onset-date', '-recorded-date', 'code'],
  MedicationRequest: ['authoredon', '-status,_id'],
  RiskAssessment: ['probability', '-probability', '-date'],
  Location: ['name', '-name', '_id'],
  ValueSet: ['url', '-title', 'date'],
};

const MAX_LINKS = 3;

function criterion(type: string, depth: number): fc.Arbitrary<string> {
  const plain = (CHOICES[type] ?? []).map(({ name, value }) => fc.tuple(name, value).map((pair) => pair.join('=')));
  if (depth === MAX_LINKS) return fc.oneof(...plain);
  const linked = LINKS.flatMap(([source, code, target]) => [
    ...(source === type ? [criterion(target, depth + 1).map((rest) => `${code}.${rest}`)] : []),
    ...(target === type && !code.includes(':')
      ? [criterion(source, depth + 1).map((rest) => `_has:${source}:${code}:${rest}`)]
      : []),
  ]);
  const weighted = { arbitrary: fc.oneof(...plain), weight: 3 };
  return linked.length === 0 ? weighted.arbitrary : fc.oneof(weighted, { arbitrary: fc.oneof(...linked), weight: 1 });
}

const INCLUDES: Readonly<Record<string, readonly string[]>> = {
  Patient: ['_include=Patient:organization', '_revinclude=Observation:patient', '_revinclude=Encounter:*'],
  Observation: [
    '_include=Observation:subject',
    '_include=Observation:*',
    '_include=Observation:patient&_include:iterate=Patient:organization&_include:iterate=Organization:partof',
    '_revinclude=Provenance:target',
  ],
  Encounter: [
    '_include=Encounter:location&_include:iterate=Location:partof',
    '_revinclude=Condition:encounter',
    '_include=*',
  ],
  Condition: ['_include=Condition:patient:Patient', '_include=Condition:encounter'],
};

const counts = fc.constantFrom(1000, 1000, 5);

/** A search and the size of its pages. */
export interface RandomQuery {
  readonly url: string;
  readonly count: number;
}

function typeQueries(type: string): fc.Arbitrary<string> {
  const criteria = fc.array(criterion(type, 0), { minLength: 1, maxLength: 3 });
  const sort = fc.option(
    one(...(SORTS[type] ?? [])).map((keys) => `_sort=${keys}`),
    { freq: 3 },
  );
  const include = INCLUDES[type] === undefined ? fc.constant(null) : fc.option(one(...INCLUDES[type]), { freq: 6 });
  return fc
    .tuple(criteria, sort, include)
    .map(([found, ...rest]) => `${type}?${[...found, ...rest.filter((part) => part !== null)].join('&')}`);
}

/** Parameters that several types share. */
const systemQueries = fc.oneof(
  fc
    .tuple(
      fc.subarray(['Observation', 'Condition', 'Encounter', 'MedicationRequest', 'RiskAssessment'], { minLength: 2 }),
      criterion('Patient', 1),
    )
    .map(([types, rest]) => `?_type=${types.join(',')}&patient.${rest}`),
  fc
    .tuple(
      fc.subarray(['Observation', 'Encounter', 'RiskAssessment', 'MedicationRequest', 'ValueSet'], { minLength: 2 }),
      dates('date').value,
    )
    .map(([types, date]) => `?_type=${types.join(',')}&date=${date}`),
);

/** Searches of one to three criteria over the corpus, sometimes sorted, with includes, in small pages, or over several types. */
export const randomQueries: fc.Arbitrary<RandomQuery> = fc.record({
  url: fc.oneof(...Object.keys(CHOICES).map(typeQueries), systemQueries),
  count: counts,
});
