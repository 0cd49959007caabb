import { withCheckDigit } from '../../check-digits.fixture.ts';
import type { Rf2Lines } from './rf2.fixture.ts';

const MODULE = '900000000000207008';
const REGION_MODULE = withCheckDigit('9900100010');
const TIME = '20240101';
const IS_A = '116680003';
const US = '900000000000509007';
const GB = '900000000000508004';
const [PREFERRED, ACCEPTABLE] = ['900000000000548007', '900000000000549004'];
const [SYNONYM, FULL, DEFINITION] = ['900000000000013009', '900000000000003001', '900000000000550004'];
const INFERRED = '900000000000011006';
const SAME_AS = '900000000000527005';
const REPLACED_BY = '900000000000526001';
const HISTORICAL = '900000000000522004';

/** Identifiers of made-up concepts by a short name. */
export const TINY = Object.fromEntries(
  [
    ...['thing', 'ache', 'headache', 'tensionHeadache', 'toothache', 'place', 'head', 'tooth', 'jaw', 'cause'],
    ...[
      'site',
      'causedBy',
      'strength',
      'pill',
      'strongPill',
      'weakPill',
      'oldHeadache',
      'olderHeadache',
      'favourites',
      'icdMap',
    ],
  ].map((name, serial) => [name, withCheckDigit(`9${String(serial).padStart(5, '0')}00`)]),
) as Readonly<
  Record<
    | 'thing'
    | 'ache'
    | 'headache'
    | 'tensionHeadache'
    | 'toothache'
    | 'place'
    | 'head'
    | 'tooth'
    | 'jaw'
    | 'cause'
    | 'site'
    | 'causedBy'
    | 'strength'
    | 'pill'
    | 'strongPill'
    | 'weakPill'
    | 'oldHeadache'
    | 'olderHeadache'
    | 'favourites'
    | 'icdMap',
    string
  >
>;

/** [name, parents, preferred term, other synonyms, defined] */
const CONCEPTS: readonly (readonly [
  keyof typeof TINY,
  readonly (keyof typeof TINY)[],
  string,
  readonly string[],
  boolean?,
])[] = [
  ['thing', [], 'Thing', []],
  ['ache', ['thing'], 'Ache', ['Pain']],
  ['headache', ['ache'], 'Headache', ['Head pain', 'Céphalée'], true],
  ['tensionHeadache', ['headache'], 'Tension headache', ['Stress headache'], true],
  ['toothache', ['ache'], 'Toothache', ['Tooth pain'], true],
  ['place', ['thing'], 'Place', []],
  ['head', ['place'], 'Head', []],
  ['tooth', ['jaw', 'head'], 'Tooth', []],
  ['jaw', ['head'], 'Jaw', []],
  ['cause', ['thing'], 'Tension', []],
  ['site', ['thing'], 'Site', []],
  ['causedBy', ['thing'], 'Caused by', []],
  ['strength', ['thing'], 'Strength', []],
  ['pill', ['thing'], 'Pill', []],
  ['strongPill', ['pill'], 'Strong pill', []],
  ['weakPill', ['pill'], 'Weak pill', []],
  ['favourites', ['thing'], 'Favourites reference set', []],
  ['icdMap', ['thing'], 'Map to a classification', []],
];

/** [concept, attribute, value, group] */
const ATTRIBUTES: readonly (readonly [keyof typeof TINY, keyof typeof TINY, keyof typeof TINY, number])[] = [
  ['headache', 'site', 'head', 1],
  ['tensionHeadache', 'site', 'head', 1],
  ['tensionHeadache', 'causedBy', 'cause', 1],
  ['toothache', 'site', 'tooth', 1],
  ['toothache', 'causedBy', 'cause', 2],
  ['toothache', 'site', 'jaw', 2],
];

/** A made-up release of twenty-some concepts that has a little of everything. */
export function tinyRf2(): Rf2Lines {
  const metadata = [MODULE, US, GB, IS_A, HISTORICAL, SAME_AS, REPLACED_BY];
  let serial = 0;
  const next = (): number => (serial += 1);
  const descriptions: string[] = [];
  const languages: string[] = [];
  const describe = (
    code: string,
    type: string,
    term: string,
    dialects: Readonly<Record<string, string>>,
    language = 'en',
  ): void => {
    const id = `${900_000 + next()}013`;
    descriptions.push(`${id}\t${TIME}\t1\t${MODULE}\t${code}\t${language}\t${type}\t${term}\t900000000000448009`);
    for (const [dialect, acceptability] of Object.entries(dialects)) {
      languages.push(`${next()}\t${TIME}\t1\t${MODULE}\t${dialect}\t${id}\t${acceptability}`);
    }
  };
  for (const [name, , preferred, others] of CONCEPTS) {
    describe(TINY[name], FULL, `${preferred} (made up)`, { [US]: PREFERRED, [GB]: PREFERRED });
    describe(TINY[name], SYNONYM, preferred, { [US]: PREFERRED, ...(name === 'headache' ? {} : { [GB]: PREFERRED }) });
    for (const other of others) {
      const isFrench = other === 'Céphalée';
      describe(
        TINY[name],
        SYNONYM,
        other,
        isFrench ? {} : { [US]: ACCEPTABLE, ...(other === 'Head pain' ? { [GB]: PREFERRED } : {}) },
        isFrench ? 'fr' : 'en',
      );
    }
  }
  for (const name of ['oldHeadache', 'olderHeadache'] as const) {
    describe(TINY[name], FULL, 'Cephalalgia (made up)', { [US]: PREFERRED });
  }
  const relation = (source: string, value: string, group: number, type: string): string =>
    `${next()}\t${TIME}\t1\t${MODULE}\t${source}\t${value}\t${group}\t${type}\t${INFERRED}\t900000000000451002`;
  const member = (refset: string, component: string, rest = ''): string =>
    `${next()}\t${TIME}\t1\t${MODULE}\t${refset}\t${component}${rest}`;
  const concept = (code: string, active: 0 | 1, module: string, defined: boolean): string =>
    `${code}\t${TIME}\t${active}\t${module}\t${defined ? '900000000000073002' : '900000000000074008'}`;
  return {
    concepts: [
      ...metadata.map((code) => concept(code, 1, MODULE, false)),
      ...CONCEPTS.map(([name, , , , defined]) =>
        concept(TINY[name], 1, name === 'toothache' ? REGION_MODULE : MODULE, defined ?? false),
      ),
      concept(TINY.oldHeadache, 0, MODULE, false),
      concept(TINY.olderHeadache, 0, MODULE, false),
      concept(REGION_MODULE, 1, MODULE, false),
    ],
    descriptions,
    definitions: [
      `990001015\t${TIME}\t1\t${MODULE}\t${TINY.ache}\ten\t${DEFINITION}\tWhat hurts for a while.\t900000000000448009`,
    ],
    languages,
    relationships: [
      ...CONCEPTS.flatMap(([name, parents]) => parents.map((parent) => relation(TINY[name], TINY[parent], 0, IS_A))),
      ...[SAME_AS, REPLACED_BY].map((code) => relation(code, HISTORICAL, 0, IS_A)),
      ...ATTRIBUTES.map(([source, type, target, group]) => relation(TINY[source], TINY[target], group, TINY[type])),
    ],
    concreteValues: [
      relation(TINY.strongPill, '#500', 1, TINY.strength),
      relation(TINY.weakPill, '#2.50', 1, TINY.strength),
    ],
    associations: [
      member(SAME_AS, TINY.oldHeadache, `\t${TINY.headache}`),
      member(REPLACED_BY, TINY.olderHeadache, `\t${TINY.headache}`),
    ],
    simple: [member(TINY.favourites, TINY.headache), member(TINY.favourites, TINY.tooth)],
    extendedMaps: [
      member(TINY.icdMap, TINY.headache, '\t1\t1\tTRUE\tALWAYS Z99.1\tZ99.1\t447561005\t447637006'),
      member(TINY.icdMap, TINY.toothache, '\t1\t2\tTRUE\tALWAYS Z98\tZ98\t447561005\t447637006'),
    ],
  };
}
