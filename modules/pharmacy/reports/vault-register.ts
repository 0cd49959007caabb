import { defineReport } from '#sdk';
import { faults } from '../faults.ts';
import { extensionOf } from '../vault/pharmacy-record.ts';
import { localName, movedBy } from '../vault/moved.ts';
import { readSeals } from '../vault/seal.ts';
import { statementOf } from '../vault/witness-statement.ts';

/** Every movement of a vault, in the order of its chain. */
export const vaultRegister = defineReport({
  id: 'vault-register',
  title: 'Register of a vault',
  text: 'What came into a vault and left it, by number: who moved it, who witnessed it, from where to where.',
  roles: ['pharmacist', 'auditor'],
  input: { vault: { type: 'string', min: 1, text: 'Location/[id].' } },
  columns: [
    { name: 'seq', title: 'No.', type: 'integer' },
    { name: 'at', title: 'When', type: 'dateTime' },
    { name: 'type', title: 'Movement', type: 'code' },
    { name: 'lot', title: 'Lot', type: 'string' },
    { name: 'quantity', title: 'Quantity', type: 'integer' },
    { name: 'origin', title: 'From', type: 'string' },
    { name: 'destination', title: 'To', type: 'string' },
    { name: 'author', title: 'Moved by', type: 'string' },
    { name: 'witness', title: 'Witness', type: 'string' },
    { name: 'hash', title: 'Hash', type: 'string' },
  ],
  async *run(context, { vault }) {
    const place = localName({ reference: vault });
    if (!place.startsWith('Location/')) throw faults.whereFrom();
    const movements = new Map(
      [
        ...(await context.search('SupplyDelivery', `origin=${place}`, 100_000)),
        ...(await context.search('SupplyDelivery', `destination=${place}`, 100_000)),
      ].map((movement) => [movement.id, movement]),
    );
    const sealed = [...movements.values()].flatMap((movement) =>
      readSeals(movement)
        .filter((seal) => seal.vault === place)
        .map((seal) => ({ movement, seal })),
    );
    for (const { movement, seal } of sealed.sort((a, b) => a.seal.seq - b.seal.seq)) {
      const { type, lot, quantity, origin, destination } = movedBy(movement);
      const author = extensionOf(movement, 'vault-author')?.valueReference?.reference ?? null;
      const statement = await statementOf(movement, context);
      const at = movement.occurrenceDateTime ?? movement.occurrencePeriod?.end ?? null;
      yield [seal.seq, at, type, lot, quantity, origin, destination, author, statement?.witness ?? null, seal.hash];
    }
  },
});
