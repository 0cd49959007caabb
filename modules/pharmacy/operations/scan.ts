import { defineOperation } from '#sdk';
import { zoneOf } from '../dispensing/zone-of.ts';
import { scanned } from '../sale/scan.ts';
import { localName } from '../vault/moved.ts';

export const scan = defineOperation({
  code: 'scan',
  title: 'Read a barcode',
  text: 'What the GS1 barcode of a pack means here: product, lot, expiry (day 00 is the last of the month), and what speaks against using it.',
  levels: ['system'],
  affectsState: false,
  input: {
    gs1: { type: 'string', min: 1, text: 'GS1 element string as scanned or as printed, (01)…(17)…(10)…, or a GTIN.' },
    location: { type: 'string', text: 'Where it is scanned, Location/[id]; decides which day it is there.' },
  },
  output: {
    gtin: { type: 'string', text: '14 digits.' },
    product: { type: 'Reference', text: 'The product of the stock.' },
    lot: { type: 'Reference', text: 'The lot of the stock.' },
    'lot-number': { type: 'string', text: 'As printed.' },
    expiry: { type: 'date', text: 'Last day of use, as printed.' },
    serial: { type: 'string', text: 'As printed.' },
    quantity: { type: 'integer', text: 'Base units in the pack.' },
    warning: {
      type: 'code',
      max: '*',
      text: 'unknown-product, unknown-lot, expired, other-expiry, quarantined, recalled, damaged, unknown-quantity.',
    },
  },
  async run(context, { input }) {
    const zone =
      input.location === undefined ? undefined : await zoneOf(context, localName({ reference: input.location }));
    const { gs1, product, lot, quantity, warnings } = await scanned(context, input.gs1, context.now(), zone);
    return {
      gtin: gs1.gtin,
      product: product && { reference: `MedicationKnowledge/${product.id}` },
      lot: lot && { reference: `Medication/${lot.id}` },
      'lot-number': gs1.lotNumber,
      expiry: gs1.expiresOn,
      serial: gs1.serial,
      quantity,
      warning: warnings,
    };
  },
});
