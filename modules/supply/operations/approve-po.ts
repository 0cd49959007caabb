import { defineOperation } from '#sdk';
import { parameters } from '../answer.ts';
import { faults } from '../faults.ts';
import { identifierSystem } from '../names.ts';
import { requestIn } from '../request.ts';

export const approvePo = defineOperation({
  code: 'approve-po',
  title: 'Approve a purchase order',
  text: 'The line, and all drafts with the same order number, become active: they can be received.',
  levels: ['instance'],
  types: ['SupplyRequest'],
  affectsState: true,
  input: {},
  output: { return: { type: 'Resource', min: 1, text: 'Parameters: "order", the lines that are active now.' } },
  async run(context, { id = '' }) {
    return context.inTransaction(async (clinic) => {
      const line = await clinic.read('SupplyRequest', id);
      const request = requestIn(line);
      if (line === undefined || request?.category !== 'purchase' || request.status !== 'draft')
        throw faults.notADraft();
      const number = line.identifier?.find(({ system }) => system === identifierSystem('purchase-order'))?.value;
      const query = `identifier=${encodeURIComponent(`${identifierSystem('purchase-order')}|${number ?? ''}`)}&status=draft`;
      const lines = number === undefined ? [line] : await clinic.search('SupplyRequest', query);
      const approved = [];
      for (const each of lines) {
        approved.push(await clinic.update({ ...each, status: 'active' }));
        const tasks = await clinic.search('Task', `focus=SupplyRequest/${each.id}&status=requested`);
        for (const task of tasks) await clinic.update({ ...task, status: 'completed' });
      }
      return parameters(approved.map((resource) => ({ name: 'order', resource })));
    });
  },
});
