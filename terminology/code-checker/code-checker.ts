import type { Canonicals } from '../../server/definitions/canonicals.ts';
import type { CodeAnswer, CodeChecker, CodeQuestion } from '../../server/validation/code-checker.ts';
import type { ComputedSystems } from '../systems/computed-systems.ts';
import { answerCache, type AnswerCache } from './answer-cache.ts';
import { askAnswers, type Asked } from './ask-answers.ts';
import { instantAnswer } from './instant-answer.ts';
import { systemsAtHand, type SystemsAtHand } from './instant-systems.ts';
import { valueSetParts, type ValueSetParts } from './value-set-parts.ts';

export interface CodeCheckerOptions {
  canonicals(): Canonicals;
  readonly terminology: Asked;
  readonly computed: ComputedSystems;
  /** Milliseconds. */
  now(): number;
}

/** What belongs to one set of canonicals, and goes with it. */
interface State {
  readonly canonicals: Canonicals;
  readonly cache: AnswerCache;
  readonly systems: SystemsAtHand;
  partsOf(valueSet: string): ValueSetParts | undefined;
}

/** Terminology as validation asks for it: at once from memory, where the code systems of HL7, units, languages… are. */
export function createCodeChecker({ canonicals, terminology, computed, now }: CodeCheckerOptions): CodeChecker {
  let state: State | undefined;
  const current = (): State => {
    const held = canonicals();
    if (state?.canonicals === held) return state;
    return (state = {
      canonicals: held,
      cache: answerCache(now),
      systems: systemsAtHand(held, computed.instant, now),
      partsOf: valueSetParts(held),
    });
  };

  function known(question: CodeQuestion): CodeAnswer | undefined {
    const { cache, systems, partsOf } = current();
    const before = cache.get(question);
    if (before !== undefined) return before;
    const parts = question.valueSet === undefined ? undefined : partsOf(question.valueSet);
    const answer = instantAnswer(question, parts, systems.find);
    if (answer !== undefined) cache.set(question, answer);
    return answer;
  }

  return {
    known,
    async ask(questions) {
      const { cache, systems, partsOf } = current();
      const answers = questions.map(known);
      const open = questions.filter((_, index) => answers[index] === undefined);
      const asked = await askAnswers(terminology, open, partsOf, systems);
      let next = 0;
      return answers.map((answer, index) => {
        if (answer !== undefined) return answer;
        const found = asked[next];
        next += 1;
        const question = questions[index];
        if (found === undefined || question === undefined) throw new RangeError('a question was not answered');
        if (found.isLasting) cache.set(question, found.answer);
        return found.answer;
      });
    },
  };
}
