import { Fault } from '../../server/kernel/fault.ts';
import type { CodeAnswer, CodedValue, CodeQuestion } from '../../server/validation/code-checker.ts';
import type { CodeSystem, Concept } from '../code-system.ts';
import { canonicalOf } from '../resource/elements.ts';
import type { TerminologyService } from '../service/terminology.ts';
import { codingProblems } from './coding-problems.ts';
import { answerOf } from './instant-answer.ts';
import type { SystemsAtHand } from './instant-systems.ts';
import { displaysListed, type ValueSetParts } from './value-set-parts.ts';

export type Asked = Pick<TerminologyService, 'members' | 'codeSystem'>;

interface HeldSystem {
  readonly system: CodeSystem | undefined;
  readonly versions: readonly string[];
  readonly concepts: ReadonlyMap<string, Concept>;
}

/** An answer, and whether it will hold: one that fell out because a source is down will not. */
export interface AskedAnswer {
  readonly answer: CodeAnswer;
  readonly isLasting: boolean;
}

/** Answers many questions, with one question to each value set and one to each code system. */
export async function askAnswers(
  terminology: Asked,
  questions: readonly CodeQuestion[],
  partsOf: (valueSet: string) => ValueSetParts | undefined,
  systems: SystemsAtHand,
): Promise<readonly AskedAnswer[]> {
  const [memberships, held] = await Promise.all([
    membershipsOf(terminology, questions),
    systemsOf(terminology, questions, systems),
  ]);
  return questions.map(({ valueSet, codings }, place) => {
    const parts = valueSet === undefined ? undefined : partsOf(valueSet);
    const membership = memberships.get(place);
    let isLasting = membership?.isLasting ?? true;
    const problems = codings.flatMap((coding, index) => {
      const { system: url, version, code } = coding;
      const own = url === undefined ? undefined : held.get(canonicalOf(url, version));
      if (own === undefined || code === undefined) return [];
      // A source that does not answer: nothing can be said about the code.
      if (own === 'down') isLasting = false;
      const { system, versions, concepts } = own === 'down' ? NOT_HELD : own;
      const listed = displaysListed(parts, url, code);
      const facts = { system, versions, concept: concepts.get(code), listed, isBound: valueSet !== undefined };
      return codingProblems(index, coding, facts);
    });
    return {
      answer: answerOf(valueSet === undefined ? true : membership?.isMember, problems, parts, systems.find),
      isLasting,
    };
  });
}

const NOT_HELD: HeldSystem = { system: undefined, versions: [], concepts: new Map() };

interface Membership {
  readonly isMember: boolean | undefined;
  readonly isLasting: boolean;
}

/** By place of the question. */
async function membershipsOf(
  terminology: Asked,
  questions: readonly CodeQuestion[],
): Promise<ReadonlyMap<number, Membership>> {
  const groups = new Map<string, { readonly place: number; readonly coding: CodedValue }[]>();
  const result = new Map<number, Membership>();
  for (const [place, { valueSet, codings, impliesSystem }] of questions.entries()) {
    if (valueSet === undefined) continue;
    result.set(place, { isMember: false, isLasting: true });
    const group = groups.get(valueSet) ?? [];
    groups.set(valueSet, group);
    for (const coding of codings) if (coding.system !== undefined || impliesSystem) group.push({ place, coding });
  }
  await Promise.all(
    [...groups].map(async ([valueSet, group]) => {
      const codes = group.map(({ coding: { system, version, code = '' } }) => ({ system, version, code }));
      const matched = await tolerant(() => terminology.members(valueSet, codes));
      group.forEach(({ place }, index) => {
        const before = result.get(place);
        const isMember = matched === 'down' || matched === 'broken' ? undefined : matched[index];
        result.set(place, {
          isMember:
            before?.isMember === true || isMember === true
              ? true
              : isMember === undefined
                ? undefined
                : before?.isMember,
          isLasting: before?.isLasting === true && matched !== 'down',
        });
      });
    }),
  );
  return result;
}

/** By `url|version`. */
async function systemsOf(
  terminology: Asked,
  questions: readonly CodeQuestion[],
  systems: SystemsAtHand,
): Promise<ReadonlyMap<string, HeldSystem | 'down'>> {
  const wanted = new Map<
    string,
    { readonly url: string; readonly version: string | undefined; readonly codes: Set<string> }
  >();
  for (const { system: url, version, code } of questions.flatMap(({ codings }) => codings)) {
    if (url === undefined || code === undefined) continue;
    const key = canonicalOf(url, version);
    const group = wanted.get(key) ?? { url, version, codes: new Set() };
    wanted.set(key, group);
    group.codes.add(code);
  }
  const found = await Promise.all(
    [...wanted].map(async ([key, { url, version, codes }]) => {
      const held = await tolerant(() => heldSystem(terminology, url, version, [...codes]));
      if (held === 'broken') return [key, NOT_HELD] as const;
      if (held !== 'down' && held.system === undefined && held.versions.length === 0) systems.markAbsent(url, version);
      return [key, held] as const;
    }),
  );
  return new Map(found);
}

async function heldSystem(
  terminology: Asked,
  url: string,
  version: string | undefined,
  codes: readonly string[],
): Promise<HeldSystem> {
  const system = await terminology.codeSystem(url, version);
  if (system !== undefined) return { system, versions: [], concepts: await system.find(codes) };
  const newest = version === undefined ? undefined : await terminology.codeSystem(url);
  return { ...NOT_HELD, versions: newest?.version === undefined ? [] : [newest.version] };
}

/** `broken`: the value set or system is at fault; `down`: a source does not answer now. */
async function tolerant<T>(work: () => Promise<T>): Promise<T | 'broken' | 'down'> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) return error.status >= 500 ? 'down' : 'broken';
    throw error;
  }
}
