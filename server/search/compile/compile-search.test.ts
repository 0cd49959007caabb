import type { SearchTree } from '../tree.ts';
import { compileBatch, compileCount, compilePage, compileIncludes, noteUsed } from './compile-search.ts';
import { CONTEXT, readable, tree } from './readable-sql.fixture.ts';

const page = (url: string): string => readable(compilePage(tree(url), CONTEXT, undefined).statement);

describe('condition on the rows of a parameter', () => {
  const feb1 = 1_706_745_600_000;
  const feb2 = 1_706_832_000_000;
  test.each([
    ['Observation?code=http://loinc.org|8480-6', 'from ix_token d where d.key = <code> and d.system = # order by'],
    ['Observation?code=8480-6', 'from ix_token d where d.key = <code> order by'],
    ['Observation?code=|x', 'd.key = <code> and d.system = 0 order by'],
    ['Observation?code=http://loinc.org|', 'd.key between <code> and <code> and d.system = #'],
    ['Observation?code=a,http://s|b', "unnest({<code>,<code>}, {'NULL',#}) k(key, detail)"],
    ['Observation?status=http://hl7.org/fhir/observation-status|final', 'where d.key = <status> order by'],
    [
      'Observation?status:not=final',
      'not (exists (select from ix_token x where x.key = <status> and x.sort_at = d.sort_at',
    ],
    ['Observation?code:text=head+ache', "strpos(' ' || fold_text(v #>> '{}'), ' head ache') > 0"],
    ['MessageHeader?event:text=admit', `array['$."eventCoding"."text"', '$."eventCoding"."display"'`],
    ['Patient?email=a@b.c', 'where d.key = <telecom> and d.system = # order by'],
    ['Patient?identifier:of-type=s|MR|1', 'where d.key = <identifier#of-type> order by'],
    ['Observation?subject:identifier=s|v', 'where d.key = <subject#identifier> and d.system = # order by'],
    ['Observation?patient=Patient/1', 'from ix_ref d where d.key = <subject> and d.target = # order by'],
    ['Encounter?location:below=Location/1', 'with recursive h(ref)'],
    ['Patient?name=Smí', "left(d.value, 64) >= 'smi' and left(d.value, 64) < 'smj'"],
    ['Patient?family:exact=Smith', "left(d.value, 64) = 'smith' and d.exact = # and d.value = 'smith'"],
    ['Patient?family:contains=50%25_', "d.value like '%50\\%\\_%'"],
    ['Patient?birthdate=2024-02-01', `(d.low >= ${feb1} and d.low < ${feb2} and d.high <= ${feb2})`],
    ['Patient?birthdate=ne2024-02-01', `(x.low < ${feb1} or x.high > ${feb2})`],
    ['Patient?birthdate=gt2024-02-01', `d.key = <birthDate> and d.high > ${feb2}`],
    ['Patient?birthdate=lt2024-02-01', `d.key = <birthDate> and d.low < ${feb1}`],
    ['Patient?birthdate=ge2024-02-01', `(d.high > ${feb2} or d.low >= ${feb1})`],
    ['Patient?birthdate=le2024-02-01', `(d.low < ${feb1} or d.high <= ${feb2})`],
    ['Patient?birthdate=sa2024-02-01', `d.key = <birthDate> and d.low >= ${feb2}`],
    ['Patient?birthdate=eb2024-02-01', `d.key = <birthDate> and d.high <= ${feb1}`],
    // Eleven months before now: a tenth of the gap to both sides.
    [
      'Patient?birthdate=ap2023-01-01',
      `(d.low < ${1_672_617_600_000 + 3_144_960_000} and d.high > ${1_672_531_200_000 - 3_144_960_000})`,
    ],
    [
      'RiskAssessment?probability=0.50',
      '(d.canonical_low >= 0.495 and d.canonical_low < 0.505 and d.canonical_high < 0.505)',
    ],
    [
      'RiskAssessment?probability=ne1',
      '(x.canonical_low is null or x.canonical_high is null or x.canonical_low < 0.5 or x.canonical_high >= 1.5)',
    ],
    ['RiskAssessment?probability=gt0.5', '(d.canonical_high > 0.5 or d.canonical_high is null)'],
    ['RiskAssessment?probability=sa0.5', 'd.canonical_unit = 0 and d.canonical_low > 0.5'],
    [
      'RiskAssessment?probability=ap100',
      '((d.canonical_low <= 110 or d.canonical_low is null) and (d.canonical_high >= 90 or d.canonical_high is null))',
    ],
    [
      'Observation?value-quantity=5.4|http://unitsofmeasure.org|mg',
      'd.canonical_unit = # and d.canonical_low >= 0.00535 and d.canonical_low < 0.00545',
    ],
    ['Observation?value-quantity=5|http://x|y', 'd.canonical_unit = 0 and d.system = # and d.code = #'],
    [
      'Observation?value-quantity=5||mg',
      '(x.code = # or x.unit = #) and (x.low >= 4.5 and x.low < 5.5 and x.high < 5.5)',
    ],
    ['ValueSet?url=http://a', 'from ix_token d where d.key = <url> order by'],
    ['ValueSet?url:above=http://a/b', 'unnest({<url>,<url>,<url>}) k(key)'],
    ['ValueSet?url:below=http://a/', "u.value >= 'http://a/' and starts_with(u.value, 'http://a/')"],
    ['Location?near=10|20|1|km', 'd.latitude between 9.99100'],
    [
      'Observation?code-value-quantity=a$gt5',
      'd.key = <code> and exists (select from ix_quantity x where x.pid = d.pid and x.key = <value.ofType(Quantity)>',
    ],
    [
      'Observation?component-code-value-quantity=a$gt5',
      'from ix_quantity d where d.key = <component#code$value.ofType(Quantity)>',
    ],
    [
      'Observation?component-code-value-concept=a$s|b',
      'd.key = <component#code$value.ofType(CodeableConcept)> and d.system = #',
    ],
    ['Patient?birthdate:missing=true', 'not ((case when length(d.present) >'],
    ['Patient?_id=a', 'd.ref = #'],
    ['Patient?_lastUpdated=ge2024-02-01', `d.updated >= ${feb1}`],
    ['Patient?_text=foo+bar', "strpos(t.words, ' foo') > 0 and strpos(t.words, ' bar') > 0"],
    ['Patient?_content=foo', '$.** ? (@.type() == "string")'],
  ])('%s', (url, expected) => {
    expect(page(url)).toContain(expected);
  });
});

describe('order of a page', () => {
  test.each([
    ['Observation?', 'from resource d where d.tenant = 1 and d.type = 96 order by d.sort_at desc, d.pid desc limit 21'],
    [
      'Observation?_sort=-date',
      'from resource d where d.tenant = 1 and d.type = 96 order by d.sort_at desc, d.pid desc limit 21',
    ],
    ['Observation?_sort=date', 'd.sort_at >= -8640000000000000 order by d.sort_at asc, d.pid asc limit 21'],
    ['Patient?_sort=-_lastUpdated', 'order by d.updated desc, d.pid desc limit 21'],
    ['Patient?_sort=family,-birthdate', 'order by s.k asc nulls last, s.k desc nulls last, s.pid desc limit 21'],
    ['Patient?_sort=-_id', 'r.id collate "C" as k'],
    ['Patient?_sort=gender', 'min(('],
  ])('%s', (url, expected) => {
    expect(page(url)).toContain(expected);
  });

  test('a page continues behind its position, in the index', () => {
    const { statement } = compilePage(tree('Observation?code=a'), CONTEXT, [1000, 7]);
    expect(readable(statement)).toContain('d.key = <code> and (d.sort_at, d.pid) < (1000, 7) order by');
  });

  test('resources without a value come behind all others', () => {
    const sorted = tree('Patient?_sort=-birthdate');
    expect(readable(compilePage(sorted, CONTEXT, [1000, 7]).statement)).toContain(
      '(s.k < 1000 or s.k is null or (s.k = 1000 and s.pid < 7))',
    );
    expect(readable(compilePage(sorted, CONTEXT, [null, 7]).statement)).toContain('(s.k is null and s.pid < 7)');
  });
});

describe('what is looked up first', () => {
  test('a reference to a patient, before a code', () => {
    expect(page('Observation?code=a&patient=Patient/1')).toMatch(
      /^select .* from ix_ref d where .* exists \(select from ix_token/,
    );
  });

  test('by a count, where the parameters do not tell', () => {
    const text = page('Observation?code=a&category=b');
    expect(text).toContain('as branch from');
    expect(text).toContain('limit 1000');
  });

  test('the natural date is a range of the index of the other condition', () => {
    expect(page('Observation?code=a&date=lt2024-02-01')).toContain(
      'from ix_token d where d.key = <code> and d.sort_at >= -8640000000000000 and d.sort_at < 1706745600000 order by',
    );
  });
});

test('equal shapes have equal texts, so that they are prepared once', () => {
  const text = (url: string): string => compilePage(tree(url), CONTEXT, undefined).statement.text;
  expect(text('Observation?patient=Patient/1&code=a')).toBe(text('Observation?patient=Patient/2&code=b'));
  expect(text('Patient?name=x')).toBe(text('Patient?name=y'));
  expect(text('Observation?code=a,b,c')).toBe(text('Observation?code=a,b,c,d,e'));
});

test('a shape that is often used gets a name', () => {
  const names = Array.from(
    { length: 12 },
    (_, n) => compilePage(tree(`Account?owner=Organization/${n}`), CONTEXT, undefined).statement.name,
  );
  expect(names[0]).toBeUndefined();
  expect(names.at(-1)).toMatch(/^search_\d+$/);
});

test('many exact tokens are one look-up', () => {
  const trees = Array.from({ length: 50 }, (_, n) => tree(`Patient?identifier=http://mrn|${n}`));
  const { text, values } = compileBatch(trees, CONTEXT, 2);
  expect(values).toHaveLength(4);
  expect(text).toContain('cross join lateral');
  expect(compileBatch(trees.slice(0, 2), CONTEXT, 2).text).toBe(text);
});

test('criteria of several kinds are one statement', () => {
  const trees = [
    tree('Patient?identifier=a'),
    tree('Patient?name=x&birthdate=2024'),
    tree('Observation?status=final&code=a'),
  ];
  const text = readable(compileBatch(trees, CONTEXT, 2));
  expect(text.match(/union all select [12] as criterion/g)).toHaveLength(2);
});

test('an exact count reads the index alone', () => {
  expect(compileCount(tree('Observation?code=http://loinc.org|a'), CONTEXT).statement.text).toMatch(
    /^select count\(\*\) as total from \(\(select d\d+\.sort_at as sort_at, d\d+\.pid from ix_token d\d+ where [^()]*\)\) m$/,
  );
});

/** What somebody without clearance finds. */
function unlabelled(url: string): SearchTree {
  const { filters, ...rest } = tree(url);
  const [label] = tree('Observation?_security=R').filters;
  if (label?.kind !== 'param') throw new Error('no filter');
  return { ...rest, filters: [...filters, { kind: 'not', filter: { ...label, isRare: true } }] };
}

test('labels that nobody bears cost one look whether that is so, until somebody bears one', () => {
  const url = 'Observation?code=a';
  const context = { ...CONTEXT, hasher: Object.create(CONTEXT.hasher) as typeof CONTEXT.hasher };
  const unused = new Set<number>();
  const first = compilePage(unlabelled(url), context, undefined, unused);
  const [slot = NaN] = unused;
  expect([first.isChecked, unused.size]).toEqual([true, 1]);
  expect(first.statement.text).toMatch(
    new RegExp(`^select g\\.used, q\\.\\* from \\(select \\(select .* from uri_seen .* in \\(${slot}\\) `),
  );
  expect(first.statement.text).not.toContain('has_token');
  expect(compilePage(unlabelled(url), context, undefined)).toMatchObject({ isChecked: false });
  expect(compileCount(unlabelled(url), context)).toMatchObject({ isChecked: true });
  expect(compileCount(tree(url), context)).toMatchObject({ isChecked: false });

  noteUsed(context, slot);
  const then = compilePage(unlabelled(url), context, undefined, new Set());
  expect(then.isChecked).toBe(false);
  expect(then.statement.text).toContain('has_token');
  expect(then.statement.text).toBe(compilePage(unlabelled(url), context, undefined).statement.text);
  const count = compileCount(unlabelled(url), context);
  expect([count.isChecked, count.statement.text.match(/ix_token/g)?.length]).toEqual([false, 2]);
});

test('includes of a round are one statement', () => {
  const { includes } = tree(
    'Observation?_include=Observation:subject:Patient&_include=Observation:performer&_revinclude=Provenance:target',
  );
  const statement = compileIncludes(includes, CONTEXT, [1, 2], [1, 2], 100, undefined);
  expect(statement?.text).toContain('ix_ref');
  expect(statement?.text.match(/ union /g)).toHaveLength(1);
  expect(compileIncludes([], CONTEXT, [1], [1], 100, undefined)).toBeUndefined();
});
