import { decimalText, defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';
import { describedMovement, MOVEMENT_INPUT } from '../vault/move-request.ts';
import { descriptionHash } from '../vault/movement-description.ts';
import { requirePerson } from '../vault/vault-person.ts';
import { readStatement, usableUntil, witnessStatement } from '../vault/witness-statement.ts';

export const witness = defineOperation({
  code: 'witness',
  title: 'Witness a movement of a vault',
  text: 'A second person states, under their own sign-in, what they see moved. The statement serves for that movement alone, once, for two minutes.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: {
    ...MOVEMENT_INPUT,
    author: { type: 'Reference', min: 1, text: 'Who moves it: Practitioner/[id].' },
  },
  output: {
    statement: { type: 'Reference', min: 1, text: 'To be named as witness by who moves it.' },
    hash: { type: 'string', min: 1, text: 'SHA-256 of the movement.' },
    'usable-until': { type: 'instant', min: 1, text: 'Until when it serves.' },
  },
  async run(context, { id = '', input }) {
    const author = localName(input.author);
    if (requirePerson(context) === author) throw faults.witnessIsAuthor();
    const vault = `Location/${id}`;
    const movement = describedMovement(input, vault, author, (quantity) => decimalText(quantity, 'value') ?? '');
    const hash = await descriptionHash(movement);
    const stored = await context.create(witnessStatement(vault, hash));
    const statement = readStatement(stored);
    if (statement === undefined) throw new Error('the rule pharmacy-record completes statements');
    return {
      statement: { reference: `Basic/${stored.id}` },
      hash,
      'usable-until': usableUntil(statement).toISOString(),
    };
  },
});
