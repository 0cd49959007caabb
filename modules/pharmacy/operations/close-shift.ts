import { defineOperation } from '#sdk';
import { pharmacyRecord } from '../vault/pharmacy-record.ts';
import { requirePerson } from '../vault/vault-person.ts';

export const closeShift = defineOperation({
  code: 'close-shift',
  title: 'End a shift at a vault',
  text: 'Records that the vault was handed over with a count by two persons that agrees with the ledger. Refused while one does not, or none was made since the last movement.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: {},
  output: {
    return: { type: 'Resource', min: 1, text: 'The record: a Basic with the number and hash of the last movement.' },
  },
  async run(context, { id = '' }) {
    requirePerson(context);
    return context.create(pharmacyRecord('vault-shift', `Location/${id}`, []));
  },
});
