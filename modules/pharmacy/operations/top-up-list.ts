import { defineOperation } from '#sdk';
import { zoneOf } from '../dispensing/zone-of.ts';
import { linesOf } from '../ward/lines.ts';
import { topUpOf } from '../ward/top-up.ts';

export const topUpList = defineOperation({
  code: 'top-up-list',
  title: 'What a ward lacks',
  text: 'For each product of which the ward is to have some: how much is to be there, how much is, and what is needed.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: false,
  input: {},
  output: { return: { type: 'Resource', min: 1, text: 'Parameters: line* with product, par, on-hand and needed.' } },
  async run(context, { id = '' }) {
    const lines = await topUpOf(context, id, context.now(), await zoneOf(context, `Location/${id}`));
    return linesOf(
      lines.map(({ product, par, onHand, needed }) => ({
        product: `MedicationKnowledge/${product}`,
        par,
        'on-hand': onHand,
        needed,
      })),
    );
  },
});
