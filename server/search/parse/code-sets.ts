import { Fault, type IssueType } from '../../kernel/fault.ts';

export interface SetMember {
  readonly system: string;
  readonly code: string;
}

/** What search asks of terminology. */
export interface CodeSets {
  /** Whether a value set or code system of the definitions has given way to one of a package or a client. */
  isReplaced(type: 'ValueSet' | 'CodeSystem', canonical: string): boolean;
  /**
   * The codes of a value set; more than `limit` need not be told.
   * @throws Fault that says why they cannot be listed
   */
  valueSet(canonical: string, limit: number): Promise<readonly SetMember[]>;
  /**
   * The code and all above or below it in its code system.
   * @throws Fault that says why they cannot be told
   */
  hierarchy(direction: 'above' | 'below', member: SetMember, limit: number): Promise<readonly SetMember[]>;
}

export type CodeSetNeed =
  | { readonly kind: 'value-set'; readonly canonical: string }
  | { readonly kind: 'above' | 'below'; readonly member: SetMember };

/** The codes, or why there are none. */
export type CodeSetAnswer =
  { readonly codes: readonly SetMember[] } | { readonly problem: string; readonly type: IssueType };

/** Reading a query is synchronous, terminology is not: what is needed is noted, fetched, and the query read again. */
export interface KnownCodeSets extends Pick<CodeSets, 'isReplaced'> {
  /** No codes for a need that is new: then what was read is thrown away. */
  answer(need: CodeSetNeed): CodeSetAnswer;
  /** Whether everything was known. */
  readonly isComplete: boolean;
  /** @throws Fault when terminology is out of order; what is wrong with a need becomes its answer */
  fetch(limit: number): Promise<void>;
}

const NOTHING: CodeSetAnswer = { codes: [] };

export function knownCodeSets(sets: CodeSets): KnownCodeSets {
  const answers = new Map<string, CodeSetAnswer>();
  const needs = new Map<string, CodeSetNeed>();
  return {
    isReplaced: (type, canonical) => sets.isReplaced(type, canonical),
    answer(need) {
      const key = JSON.stringify(need);
      const known = answers.get(key);
      if (known === undefined) needs.set(key, need);
      return known ?? NOTHING;
    },
    get isComplete() {
      return needs.size === 0;
    },
    async fetch(limit) {
      for (const [key, need] of needs) answers.set(key, await fetchOne(sets, need, limit));
      needs.clear();
    },
  };
}

async function fetchOne(sets: CodeSets, need: CodeSetNeed, limit: number): Promise<CodeSetAnswer> {
  try {
    const codes =
      need.kind === 'value-set'
        ? await sets.valueSet(need.canonical, limit)
        : await sets.hierarchy(need.kind, need.member, limit);
    return { codes };
  } catch (error) {
    const issue = error instanceof Fault && error.status < 500 ? error.issues[0] : undefined;
    if (issue === undefined) throw error;
    return { problem: issue.text, type: issue.code };
  }
}
