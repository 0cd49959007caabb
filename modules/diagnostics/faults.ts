import { defineFaults } from '#sdk';

export const faults = defineFaults('diagnostics', {
  numberKept: {
    status: 422,
    issue: 'business-rule',
    text: 'The order has its accession number and its Study Instance UID already: images are filed by them, and only who gave them may change them.',
  },
  numberTaken: {
    status: 409,
    issue: 'conflict',
    text: 'The accession number or Study Instance UID belongs to another order. Leave it out, and the order gets one of its own.',
  },
});
