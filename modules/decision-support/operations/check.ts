import { defineOperation } from '#sdk';
import { checkOrder } from '../check-order.ts';
import { CHECK_OUTPUT, checkAnswer, orderOf } from './checked-order.ts';

export const check = defineOperation({
  code: 'check',
  title: 'Check an order',
  text: 'What is known against an order: interactions, allergies, duplicates, conditions, pregnancy, kidneys, age and dose.',
  levels: ['type', 'instance'],
  types: ['MedicationRequest'],
  affectsState: false,
  input: {
    order: {
      type: 'Resource',
      text: 'The draft, or a Bundle whose first MedicationRequest is checked and whose others are ordered with it.',
    },
  },
  output: CHECK_OUTPUT,
  async run(context, { id, input }) {
    const given = await orderOf(context, id, input.order);
    return checkAnswer(given.order, await checkOrder(context, given));
  },
});
