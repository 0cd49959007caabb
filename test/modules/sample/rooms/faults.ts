import { defineFaults } from '#sdk';

export const faults = defineFaults('rooms', {
  badNumber: {
    status: 422,
    issue: 'business-rule',
    text: 'The number of a room has a storey and two digits, such as 1.07.',
  },
  tooMany: {
    status: 422,
    issue: 'business-rule',
    text: (most: number) => `The clinic has at most ${most} rooms.`,
  },
  numberTaken: { status: 409, issue: 'conflict', text: 'Another room has this number; choose another one.' },
});
