import { defineOperation } from '#sdk';

export const close = defineOperation({
  code: 'close',
  title: 'Close a room',
  text: 'Closes a room until further notice.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: { reason: { type: 'string', min: 1, text: 'Why, for the sign on its door.' } },
  output: { return: { type: 'Resource', min: 1, text: 'The room as it is now.' } },
  run: (context, { id = '', input }) =>
    context.change('Location', id, (room) => ({ ...room, status: 'suspended', description: input.reason })),
});
