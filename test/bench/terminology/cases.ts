import type { CodeSystem, CodeSystemSource, ConceptFilter } from '../../../terminology/code-system.ts';
import { createRandom } from './random.ts';
import type { SyntheticRelease } from './synthetic-release.ts';

export interface TerminologyCase {
  readonly name: string;
  /** Milliseconds. */
  readonly wanted?: number;
  readonly rounds: number;
  ask(): Promise<unknown>;
}

/** Questions over the release, each with other words or codes every time. */
export function terminologyCases(
  store: CodeSystemSource,
  system: CodeSystem,
  { codes, words, ancestors }: SyntheticRelease,
): readonly TerminologyCase[] {
  const random = createRandom(11);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  /** As people meet words: frequent ones more often. */
  const word = (): string => words[Math.floor(words.length ** random()) - 1] ?? 'of';
  const begin = (length: number): string => {
    for (;;) {
      const found = word();
      if (found.length >= length) return found.slice(0, length);
    }
  };
  const select = (
    text: string | undefined,
    filters: readonly ConceptFilter[] = [],
    offset = 0,
    count = 20,
  ): Promise<unknown> =>
    system.select({ filters, ...(text === undefined ? {} : { text }), isActiveOnly: true, offset, count });
  const isA = (value: string): readonly ConceptFilter[] => [{ property: 'concept', op: 'is-a', value }];
  const typed = (name: string, text: () => string): TerminologyCase => ({
    name: `typeahead, ${name}`,
    wanted: 50,
    rounds: 300,
    ask: () => select(text()),
  });
  const below = ancestors.flatMap((ancestor): TerminologyCase[] =>
    [2, 4].map((length) => ({
      name: `typeahead, ${length} letters below ${ancestor}`,
      wanted: 50,
      rounds: 60,
      ask: () => select(begin(length), isA(ancestor)),
    })),
  );
  const pages = ancestors.map((ancestor): TerminologyCase => ({
    name: `page of 100 of what is below ${ancestor}`,
    rounds: 20,
    ask: () => select(undefined, isA(ancestor), 0, 100),
  }));
  return [
    typed('2 letters', () => begin(2)),
    typed('3 letters', () => begin(3)),
    typed('4 letters', () => begin(4)),
    typed('6 letters', () => begin(6)),
    typed('two words, 3 + 3', () => `${begin(3)} ${begin(3)}`),
    typed('two words, 5 + 2', () => `${begin(5)} ${begin(2)}`),
    ...below,
    { name: '$lookup', wanted: 5, rounds: 300, ask: () => lookup(store, pick(codes)) },
    { name: '$subsumes', wanted: 5, rounds: 300, ask: () => system.isBelow(pick(ancestors), pick(codes)) },
    {
      name: 'validate 500 codes',
      wanted: 30,
      rounds: 60,
      ask: () =>
        system.matching(
          Array.from({ length: 500 }, () => pick(codes)),
          isA(pick(ancestors)),
        ),
    },
    { name: 'find 500 codes', rounds: 60, ask: () => system.find(Array.from({ length: 500 }, () => pick(codes))) },
    ...pages,
    {
      name: 'ECL: << A : attribute = << B',
      rounds: 20,
      ask: () =>
        select(
          undefined,
          [{ property: 'constraint', op: '=', value: `<< ${pick(ancestors)} : * = << ${pick(ancestors.slice(4))}` }],
          0,
          100,
        ),
    },
  ];
}

async function lookup(store: CodeSystemSource, code: string): Promise<void> {
  const system = await store.codeSystem('http://snomed.info/sct', undefined);
  const found = await system?.find([code]);
  if (found?.get(code) === undefined) throw new Error(`the code ${code} is not there`);
  await system?.parents(code);
}

/** p50 and p95 in milliseconds. */
export async function timesOf(rounds: number, ask: () => Promise<unknown>): Promise<readonly [number, number]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return [times[Math.floor(rounds * 0.5)] ?? 0, times[Math.floor(rounds * 0.95)] ?? 0];
}
