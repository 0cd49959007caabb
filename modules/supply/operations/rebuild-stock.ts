import { defineOperation } from '#sdk';
import { parameters, parts, referencePart } from '../answer.ts';
import { visibleById } from '../visible.ts';
import { stockDrift } from '../drift.ts';

export const rebuildStock = defineOperation({
  code: 'rebuild-stock',
  title: 'Compare balances with the ledger',
  text: 'Adds all movements up anew and answers where balances differ; nothing is written. Balances are made anew by $rebuild-projection of supply.stock.',
  levels: ['system'],
  affectsState: false,
  input: {},
  output: {
    return: {
      type: 'Resource',
      min: 1,
      text: 'Parameters: "drift" with parts location, lot, ledger, balance; "differences".',
    },
  },
  async run(context) {
    const drift = await context.asServer((clinic) => stockDrift(clinic));
    const visible = await visibleById(
      context,
      'Medication',
      drift.map(({ lot }) => lot),
    );
    return parameters([
      { name: 'differences', valueInteger: drift.length },
      ...drift
        .filter(({ lot }) => visible.has(lot))
        .map(({ location, lot, ledger, balance }) =>
          parts('drift', [
            referencePart('location', `Location/${location}`),
            referencePart('lot', `Medication/${lot}`),
            { name: 'ledger', valueInteger: ledger },
            { name: 'balance', valueInteger: balance },
          ]),
        ),
    ]);
  },
});
