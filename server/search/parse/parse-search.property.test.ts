import fc from 'fast-check';
import { Fault } from '../../kernel/fault.ts';
import { parse } from './readable-tree.fixture.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 2000);
/** ms; the slowest allowed answer to the largest query, with room for a busy machine. */
const BOUND = 500;

const types = fc.constantFrom('Patient', 'Observation', 'Location', 'List', 'ValueSet', 'RiskAssessment', '');
const pieces = fc.constantFrom(
  ...[
    'name',
    'code',
    'date',
    'subject',
    'patient',
    'value-quantity',
    'code-value-quantity',
    'near',
    'url',
    'item',
    'probability',
  ],
  ...[
    '_id',
    '_filter',
    '_sort',
    '_include',
    '_revinclude',
    '_has',
    '_type',
    '_count',
    '_elements',
    '_list',
    '_text',
    '_tag',
  ],
  ...[
    ':',
    '.',
    ',',
    '|',
    '$',
    '\\',
    '&',
    '=',
    '=',
    '&',
    '*',
    '-',
    ' ',
    '%',
    '%2C',
    '%00',
    '+',
    '"',
    '(',
    ')',
    '[',
    ']',
    '?',
    '#',
    '/',
  ],
  ...[
    'missing',
    'exact',
    'not',
    'in',
    'below',
    'iterate',
    'Patient',
    'Observation',
    'true',
    'eq',
    'and',
    'not (',
    'ge2020',
    '5.4',
    '1e9',
  ],
  ...['2024-02-30', 'http://loinc.org', 'Patient/1', '__proto__', 'toString', '\ud800', 'é', '\u{1f600}'],
);
const queries = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.tuple(pieces, fc.array(pieces, { maxLength: 4 }), fc.array(pieces, { maxLength: 8 })), { maxLength: 5 })
    .map((pairs) => pairs.map(([name, more, value]) => `${name}${more.join('')}=${value.join('')}`).join('&')),
);

// Parameters of a type are worked out when it is first asked for.
beforeAll(() => parse('?_tag=x'));

test('any query parses or ends in a fault that the caller can act on', () => {
  fc.assert(
    fc.property(types, queries, fc.boolean(), (type, query, lenient) => {
      const started = performance.now();
      try {
        parse(`${type}?${query}`, lenient);
      } catch (error) {
        if (!(error instanceof Fault) || error.status >= 500) throw error;
      }
      expect(performance.now() - started).toBeLessThan(BOUND);
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ['commas', `Observation?code=a${',a'.repeat(30_000)}`],
  ['bars', `Observation?code=${'|'.repeat(4000)}`],
  ['backslashes', `Observation?code=${'\\'.repeat(60_000)}`],
  ['parentheses', `Patient?_filter=${'('.repeat(60_000)}`],
  ['quotes', `Patient?_filter=name eq "${'\\"'.repeat(30_000)}`],
  ['dots', `Observation?${'subject.'.repeat(120)}name=x`],
  ['links to anything', `List?${'item.'.repeat(9)}code=${'a,'.repeat(999)}`],
  ['has', `Patient?${'_has:Observation:patient:'.repeat(40)}code=x`],
  ['digits', `RiskAssessment?probability=${'9'.repeat(60_000)}`],
  ['accents', `Patient?name=${'%CC%81'.repeat(4000)}`],
])('many %s take no time', (_, url) => {
  const started = performance.now();
  expect(() => parse(url)).toThrow(Fault);
  expect(performance.now() - started).toBeLessThan(BOUND);
});
