import type { DataNeeds } from '../facts/patient-data.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { longestWashout } from './interactions.ts';

/** Which data can say something about the ingredients. */
export function needsOf(knowledge: Knowledge, ingredients: readonly string[]): DataNeeds {
  const rules = ingredients.flatMap((each) => knowledge.contraindicationsOf(each));
  const interactions = ingredients.flatMap((each) => knowledge.interactionsOf(each));
  const doses = ingredients.flatMap((each) => knowledge.dosesOf(each));
  return {
    washout: longestWashout(knowledge, ingredients),
    conditions:
      rules.some(({ kind }) => kind === 'condition' || kind === 'pregnancy') ||
      interactions.some(({ condition }) => condition !== undefined),
    observations: doses.length > 0 || rules.some(({ kind }) => kind === 'renal' || kind === 'pregnancy'),
  };
}

/** What all orders together need. */
export function united(needs: readonly DataNeeds[]): DataNeeds {
  return {
    washout: Math.max(0, ...needs.map(({ washout }) => washout)),
    conditions: needs.some(({ conditions }) => conditions),
    observations: needs.some(({ observations }) => observations),
  };
}
