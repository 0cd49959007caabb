import type { CodeQuestion } from '../code-checker.ts';
import { askCodes, type Walk } from '../walk.ts';

/** Goes on at the current place once terminology has answered; the answers are at hand then, if there are any. */
export function askFirst(questions: readonly CodeQuestion[], walk: Walk, goOn: () => void): void {
  const resources = [...walk.resources];
  let open = questions.length;
  const report = (_answer: unknown, at: Walk): void => {
    open -= 1;
    if (open > 0) return;
    const before = at.resources.splice(0, at.resources.length, ...resources);
    goOn();
    at.resources.splice(0, at.resources.length, ...before);
  };
  for (const question of questions) askCodes(walk, question, report);
}
