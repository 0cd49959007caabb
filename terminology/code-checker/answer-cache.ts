import type { CodeAnswer, CodeQuestion } from '../../server/validation/code-checker.ts';

/** Answers that are kept; beyond that all are forgotten, since those in use come back at once. */
const MOST = 50_000;
/** Milliseconds: a code system that was loaded into the database meanwhile is noticed after this. */
const LIFETIME = 60_000;

export interface AnswerCache {
  get(question: CodeQuestion): CodeAnswer | undefined;
  set(question: CodeQuestion, answer: CodeAnswer): void;
}

/** @param now milliseconds */
export function answerCache(now: () => number): AnswerCache {
  const answers = new Map<string, { readonly answer: CodeAnswer; readonly until: number }>();
  return {
    get(question) {
      const known = answers.get(keyOf(question));
      return known === undefined || known.until < now() ? undefined : known.answer;
    },
    set(question, answer) {
      if (answers.size >= MOST) answers.clear();
      answers.set(keyOf(question), { answer, until: now() + LIFETIME });
    },
  };
}

/** JSON with the character U+0000 is refused, so that it cannot stand in what is joined. */
function keyOf({ valueSet = '', codings, impliesSystem }: CodeQuestion): string {
  let key = `${impliesSystem ? 'i' : 'w'}${valueSet}`;
  for (const { system = '', version = '', code = '', display = '\u0000' } of codings) {
    key += `\u0000${system}\u0000${version}\u0000${code}\u0000${display}`;
  }
  return key;
}
