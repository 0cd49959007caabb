import { defineOperation } from '#sdk';
import { parameters } from '../answer.ts';
import { visibleOf } from '../visible.ts';
import { draftOrders } from '../reorder/draft-orders.ts';

export const reorderRun = defineOperation({
  code: 'reorder-run',
  title: 'Draft what has to be ordered',
  text: 'Drafts a line of a purchase order for each product and place where too little is free or on order.',
  levels: ['system'],
  affectsState: true,
  input: {},
  output: { return: { type: 'Resource', min: 1, text: 'Parameters: "order", the new drafts.' } },
  async run(context) {
    const moment = { now: context.now(), newId: () => context.newId() };
    const drafts = await context.asServer((clinic) => draftOrders(clinic, {}, moment));
    return parameters((await visibleOf(context, drafts)).map((resource) => ({ name: 'order', resource })));
  },
});
