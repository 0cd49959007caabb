import { defineOperation, type ModuleCode } from '#sdk';

export const code: ModuleCode = {
  operations: [
    defineOperation({
      code: 'dirty-rooms',
      title: 'Rooms to be cleaned',
      text: 'How many rooms are closed, and so can be cleaned.',
      levels: ['system'],
      affectsState: false,
      input: {},
      output: { count: { type: 'integer', min: 1, text: 'The number of rooms.' } },
      run: async (context) => ({
        count: await context.count('Location', 'room-number:missing=false&status=suspended'),
      }),
    }),
  ],
};
