import { defineOperation } from '#sdk';

export const roomCount = defineOperation({
  code: 'room-count',
  title: 'Count rooms',
  text: 'How many rooms there are that the caller may see.',
  levels: ['system'],
  affectsState: false,
  input: {},
  output: { count: { type: 'integer', min: 1, text: 'The number of rooms.' } },
  run: async (context) => ({ count: await context.count('Location', 'room-number:missing=false') }),
});
