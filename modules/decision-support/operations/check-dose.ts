import { defineOperation } from '#sdk';
import type { IssueKind } from '../check-result.ts';
import { checkOrder } from '../check-order.ts';
import { CHECK_OUTPUT, checkAnswer, orderOf } from './checked-order.ts';

const KINDS: ReadonlySet<IssueKind> = new Set(['dose', 'renal', 'age']);
const OTHERS: ReadonlySet<string> = new Set(['unmapped-allergy', 'pregnancy-unknown', 'codes-disagree']);

export const checkDose = defineOperation({
  code: 'check-dose',
  title: 'Check the dose of an order',
  text: 'Whether the dose of an order is right for age, weight and function of the kidneys.',
  levels: ['type', 'instance'],
  types: ['MedicationRequest'],
  affectsState: false,
  input: { order: { type: 'Resource', text: 'The draft, a MedicationRequest.' } },
  output: CHECK_OUTPUT,
  async run(context, { id, input }) {
    const { order } = await orderOf(context, id, input.order);
    const { issues, notChecked, knowledge } = await checkOrder(context, { order });
    return checkAnswer(order, {
      issues: issues.filter(({ kind }) => KINDS.has(kind)),
      notChecked: notChecked.filter(({ code }) => !OTHERS.has(code)),
      knowledge,
    });
  },
});
