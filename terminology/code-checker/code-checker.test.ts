import { loadBaseCanonicals, baseCanonicalEntries } from '../../server/definitions/base-canonicals.ts';
import { createCanonicals, type CanonicalEntry } from '../../server/definitions/canonical-index.ts';
import type { CanonicalType } from '../../server/definitions/canonicals.ts';
import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeAnswer, CodeChecker, CodedValue } from '../../server/validation/code-checker.ts';
import type { CodeSystemSource } from '../code-system.ts';
import { resourceCodeSystem } from '../resource/resource-code-system.ts';
import { createTerminology } from '../service/terminology.ts';
import { computedSystems } from '../systems/computed-systems.ts';
import { createCodeChecker } from './code-checker.ts';

const LAB = 'http://clinic.example.org/CodeSystem/lab';
const VS = 'http://clinic.example.org/ValueSet';
const FAR = 'http://clinic.example.org/CodeSystem/far';

const lab: JsonObject = {
  resourceType: 'CodeSystem',
  url: LAB,
  version: '1',
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  property: [{ code: 'status', uri: 'http://hl7.org/fhir/concept-properties#status', type: 'code' }],
  concept: [
    {
      code: 'glu',
      display: 'Glucose',
      designation: [{ language: 'de', value: 'Traubenzucker' }],
      concept: [{ code: 'glu-f', display: 'Fasting glucose' }],
    },
    { code: 'old', display: 'Old test', property: [{ code: 'status', valueCode: 'retired' }] },
  ],
};

const valueSet = (name: string, compose: JsonObject): JsonObject => ({
  resourceType: 'ValueSet',
  url: `${VS}/${name}`,
  status: 'active',
  compose,
});

const RESOURCES: readonly JsonObject[] = [
  lab,
  valueSet('listed', { include: [{ system: LAB, concept: [{ code: 'glu', display: 'Sugar' }, { code: 'old' }] }] }),
  valueSet('below', { include: [{ system: LAB, filter: [{ property: 'concept', op: 'is-a', value: 'glu' }] }] }),
  valueSet('without', {
    include: [{ valueSet: [`${VS}/below`] }],
    exclude: [{ system: LAB, concept: [{ code: 'glu' }] }],
  }),
  valueSet('far', { include: [{ system: FAR, filter: [{ property: 'concept', op: 'is-a', value: 'a' }] }] }),
  valueSet('half', { include: [{ system: LAB }, { system: 'http://clinic.example.org/CodeSystem/unheld' }] }),
  valueSet('broken', { include: [{ system: LAB, filter: [{ property: 'weight', op: '=', value: '1' }] }] }),
  valueSet('circle', { include: [{ valueSet: [`${VS}/circle`] }] }),
];

const entryOf = (resource: JsonObject): CanonicalEntry => ({
  type: resource.resourceType as CanonicalType,
  url: String(resource.url),
  version: typeof resource.version === 'string' ? resource.version : undefined,
  status: 'active',
  load: () => resource,
});
const entries = RESOURCES.map(entryOf);
const canonicals = createCanonicals(1, [...entries, ...baseCanonicalEntries()]);

const far = resourceCodeSystem({
  resourceType: 'CodeSystem',
  url: FAR,
  version: '2026',
  status: 'active',
  content: 'complete',
  concept: [{ code: 'a', display: 'A', concept: [{ code: 'b', display: 'B' }] }, { code: 'c' }],
});

let asked: string[] = [];
let isDown = false;
/** As a database would be: it must be waited for. */
const store: CodeSystemSource = {
  async codeSystem(url, version) {
    asked.push(url);
    if (isDown) throw fault('terminology.upstream', 503, 'transient', 'does not answer');
    return url === FAR && (version ?? '2026') === '2026' ? far : undefined;
  },
  versions: async (url) => (url === FAR ? ['2026'] : []),
};

let time = 0;
function checker(): CodeChecker {
  const computed = computedSystems();
  const terminology = createTerminology({
    canonicals: () => canonicals,
    sources: [computed, store],
    expansionLimit: 1000,
  });
  return createCodeChecker({ canonicals: () => canonicals, terminology, computed, now: () => time });
}

beforeEach(() => {
  asked = [];
  isDown = false;
  time = 0;
});

const HL7 = 'http://hl7.org/fhir/ValueSet';
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0203';

/** `member`, then `about severity` of each problem. */
function short(answer: CodeAnswer | undefined): string {
  if (answer === undefined) return 'wait';
  return [String(answer.isMember), ...answer.problems.map(({ about, severity }) => `${about} ${severity}`)].join(', ');
}

const ask = (valueSetUrl: string | undefined, codings: readonly CodedValue[], impliesSystem = false) => ({
  ...(valueSetUrl === undefined ? {} : { valueSet: valueSetUrl }),
  codings,
  impliesSystem,
});

test.each<[string | undefined, CodedValue, string]>([
  [`${VS}/listed`, { system: LAB, code: 'glu' }, 'true'],
  [`${VS}/listed`, { system: LAB, code: 'glu', display: 'sugar ' }, 'true'],
  [`${VS}/listed`, { system: LAB, code: 'glu', display: 'Traubenzucker' }, 'true'],
  [`${VS}/listed`, { system: LAB, code: 'glu', display: 'Salt' }, 'true, display error'],
  [`${VS}/listed`, { system: LAB, code: 'glu-f' }, 'false'],
  [`${VS}/listed`, { system: LAB, code: 'nonsense' }, 'false, code error'],
  [`${VS}/listed`, { system: LAB, code: 'old' }, 'true, code warning'],
  [`${VS}/listed`, { code: 'glu' }, 'false'],
  [`${VS}/below`, { system: LAB, code: 'glu-f' }, 'true'],
  [`${VS}/below`, { system: LAB, code: 'old' }, 'false, code warning'],
  [`${VS}/without`, { system: LAB, code: 'glu' }, 'false'],
  [`${VS}/without`, { system: LAB, code: 'glu-f' }, 'true'],
  [`${VS}/half`, { system: LAB, code: 'glu' }, 'true'],
  [`${VS}/broken`, { system: LAB, code: 'glu' }, 'undefined'],
  [`${VS}/circle`, { system: LAB, code: 'glu' }, 'undefined'],
  [`${VS}/unheld`, { system: LAB, code: 'glu' }, 'undefined'],
  [undefined, { system: LAB, code: 'nonsense' }, 'true, code error'],
  [undefined, { system: V2, code: 'MR', display: 'Medical record number' }, 'true'],
  [undefined, { system: V2, code: 'PRN', display: 'Provider identifier' }, 'true, display error'],
  [`${HL7}/mimetypes`, { system: 'urn:ietf:bcp:13', code: 'text/plain; charset=utf-8' }, 'true'],
  [`${HL7}/ucum-units`, { system: 'http://unitsofmeasure.org', code: 'mmol/L', display: 'millimol pro Liter' }, 'true'],
  [`${HL7}/ucum-units`, { system: 'http://unitsofmeasure.org', code: 'nonsense' }, 'false, code error'],
  [`${HL7}/all-time-units`, { system: 'http://unitsofmeasure.org', code: 'kg' }, 'false'],
  [
    `${HL7}/iso3166-1-2`,
    { system: 'urn:iso:std:iso:3166', code: 'GB', display: 'United Kingdom of Great Britain and Northern Ireland' },
    'true',
  ],
  [undefined, { system: 'urn:iso:std:iso:3166', code: 'US', display: 'United States of America (the)' }, 'true'],
  [undefined, { system: 'urn:iso:std:iso:3166', code: 'BD', display: 'Australia' }, 'true, display error'],
])('%s: %j at once: %s', (url, coding, expected) => {
  expect(short(checker().known(ask(url, [coding])))).toBe(expected);
  expect(asked).toEqual([]);
});

test.each<[string, string, string]>([
  [`${HL7}/mimetypes`, 'application/pdf', 'true'],
  [`${HL7}/mimetypes`, 'pdf', 'false'],
  [`${HL7}/currencies`, 'EUR', 'true'],
  [`${HL7}/currencies`, 'XYZ', 'false'],
  [`${HL7}/all-languages`, 'de-CH', 'true'],
  [`${HL7}/languages`, 'de-CH', 'true'],
  [`${HL7}/languages`, 'gsw', 'false'],
  [`${HL7}/timezones`, 'Europe/Zurich', 'true'],
  [`${HL7}/jurisdiction`, 'US-CA', 'true'],
  [`${HL7}/jurisdiction`, '150', 'true'],
  [`${VS}/half`, 'nonsense', 'wait'],
])('%s of the code %s alone: %s', (url, code, expected) => {
  expect(short(checker().known(ask(url, [{ code }], true)))).toBe(expected);
});

test('one of several codings is enough, and the others are still looked at', () => {
  const codings = [
    { system: LAB, code: 'nonsense' },
    { system: LAB, code: 'glu' },
  ];
  const answer = checker().known(ask(`${VS}/listed`, codings));
  expect(short(answer)).toBe('true, code error');
  expect(answer?.problems[0]?.coding).toBe(0);
});

test.each<[string, boolean, string | RegExp | undefined]>([
  [`${VS}/listed`, false, 'one of glu, old'],
  [`${VS}/below`, false, 'one of glu, glu-f'],
  [`${VS}/without`, false, 'glu-f'],
  [`${HL7}/languages`, true, /^one of 56 codes such as ar, bn/],
  [`${HL7}/marital-status`, false, /^one of A, D, .*, UNK$/],
  [`${HL7}/currencies`, true, /^one of 1\d\d codes such as AED, /],
  [`${HL7}/mimetypes`, true, undefined],
])('%s names what would be accepted', (url, impliesSystem, expected) => {
  const accepted = checker().known(
    ask(url, [{ ...(impliesSystem ? {} : { system: LAB }), code: 'x' }], impliesSystem),
  )?.accepted;
  if (expected instanceof RegExp) expect(accepted).toMatch(expected);
  else expect(accepted).toBe(expected);
});

test('a system that is elsewhere is asked once for many codes, and its answers are kept for a while', async () => {
  const codes = checker();
  const questions = [
    ask(`${VS}/far`, [{ system: FAR, code: 'b', display: 'B' }]),
    ask(`${VS}/far`, [{ system: FAR, code: 'c' }]),
    ask(`${VS}/far`, [{ system: FAR, code: 'nonsense' }]),
    ask(undefined, [{ system: FAR, code: 'b', display: 'Bee' }]),
    ask(`${VS}/listed`, [{ system: LAB, code: 'glu' }]),
  ];
  expect(questions.map((question) => short(codes.known(question)))).toEqual(['wait', 'wait', 'wait', 'wait', 'true']);
  const answers = await codes.ask(questions);
  expect(answers.map(short)).toEqual(['true', 'false', 'false, code error', 'true, display error', 'true']);
  const before = asked.length;
  expect(questions.map((question) => short(codes.known(question)))).toEqual(answers.map(short));
  expect(asked).toHaveLength(before);
  time = 61_000;
  expect(short(codes.known(questions[0] ?? ask(undefined, [])))).toBe('wait');
});

test('a system that nobody holds: what cannot be told is said', async () => {
  const codes = checker();
  const system = 'http://clinic.example.org/CodeSystem/unheld';
  const questions = [
    ask(undefined, [{ system, code: 'x' }]),
    ask(`${VS}/half`, [{ system, code: 'x' }]),
    ask(`${VS}/listed`, [{ system, code: 'x' }]),
    ask(undefined, [{ system: FAR, version: '1999', code: 'a' }]),
  ];
  expect((await codes.ask(questions)).map(short)).toEqual([
    'true, system information',
    'undefined, system warning',
    'false, system warning',
    'true, version information',
  ]);
  expect((await codes.ask(questions))[3]?.problems[0]?.text).toContain('2026');
  const other = ask(`${VS}/half`, [{ system, code: 'another code' }]);
  const before = asked.length;
  expect(short(codes.known(other))).toBe('undefined, system warning');
  expect(asked).toHaveLength(before);
  time = 61_000;
  expect(short(codes.known(other))).toBe('wait');
});

test('a source that is down makes codes unknown, not wrong, and is asked again', async () => {
  const codes = checker();
  const question = ask(`${VS}/far`, [{ system: FAR, code: 'c' }]);
  isDown = true;
  expect((await codes.ask([question])).map(short)).toEqual(['undefined, system warning']);
  isDown = false;
  expect((await codes.ask([question])).map(short)).toEqual(['false']);
});

test('value sets that import each other on many ways are looked at once each', () => {
  const chain = Array.from({ length: 40 }, (_, level) =>
    valueSet(`level-${level}`, {
      include:
        level === 0
          ? [{ system: LAB, concept: [{ code: 'glu' }] }]
          : [{ valueSet: [`${VS}/level-${level - 1}`] }, { valueSet: [`${VS}/level-${level - 1}`] }],
    }),
  );
  const held = createCanonicals(2, [lab, ...chain].map(entryOf));
  const computed = computedSystems();
  const terminology = createTerminology({ canonicals: () => held, sources: [computed], expansionLimit: 1000 });
  const codes = createCodeChecker({ canonicals: () => held, terminology, computed, now: () => 0 });
  const code = (value: string) => ask(`${VS}/level-39`, [{ system: LAB, code: value }]);
  expect(short(codes.known(code('glu')))).toBe('true');
  expect(short(codes.known(code('glu-f')))).toBe('false');
});

test('another version of a code system is asked anew', () => {
  let held = canonicals;
  const computed = computedSystems();
  const terminology = createTerminology({ canonicals: () => held, sources: [computed], expansionLimit: 1000 });
  const codes = createCodeChecker({ canonicals: () => held, terminology, computed, now: () => 0 });
  const question = ask(`${VS}/below`, [{ system: LAB, code: 'glu-x' }]);
  expect(short(codes.known(question))).toBe('false, code error');
  const changed = { ...lab, concept: [{ code: 'glu', concept: [{ code: 'glu-x' }] }] };
  held = createCanonicals(3, [entryOf(changed), ...entries]);
  expect(short(codes.known(question))).toBe('true');
});

test('another set of canonicals is another state', () => {
  let held = canonicals;
  const computed = computedSystems();
  const terminology = createTerminology({ canonicals: () => held, sources: [computed], expansionLimit: 1000 });
  const codes = createCodeChecker({ canonicals: () => held, terminology, computed, now: () => 0 });
  const question = ask(`${VS}/listed`, [{ system: LAB, code: 'glu' }]);
  expect(short(codes.known(question))).toBe('true');
  held = loadBaseCanonicals();
  expect(short(codes.known(question))).toBe('wait');
});
