import { defineOperation } from '#sdk';
import { canonicalOf } from '../pricing/price-definition.ts';
import { CHARGE_PRICE } from '../charge/charge-price.ts';
import { pricedCharge } from '../charge/priced-charge.ts';
import { faults } from '../faults.ts';

/** https://hl7.org/fhir/R4/chargeitemdefinition-operation-apply.html */
export const apply = defineOperation({
  code: 'apply',
  title: 'Apply a definition',
  text: 'The ChargeItem with the price that this definition gives, and the surcharges and discounts that apply to it; nothing is stored.',
  levels: ['instance'],
  types: ['ChargeItemDefinition'],
  affectsState: false,
  input: {
    chargeItem: { type: 'Reference', min: 1, text: 'What is charged: ChargeItem/[id].' },
    account: { type: 'Reference', text: 'To which account: Account/[id].' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The ChargeItem.' } },
  async run(context, { id, input }) {
    const charge = await context.resolve(input.chargeItem, 'ChargeItem');
    const definition = await context.read('ChargeItemDefinition', id ?? '');
    if (charge === undefined || definition === undefined) throw faults.notFound('ChargeItem');
    const account = input.account === undefined ? undefined : await context.resolve(input.account, 'Account');
    if (input.account !== undefined && account === undefined) throw faults.notFound('Account');
    const [service] = charge.service ?? [];
    const dose = await context.resolve(service, 'MedicationAdministration');
    const { definitionCanonical: _charged, extension = [], ...rest } = charge;
    const kept = extension.filter(({ url }) => url !== CHARGE_PRICE);
    return pricedCharge(
      {
        ...rest,
        ...(kept.length === 0 ? {} : { extension: kept }),
        ...(account === undefined ? {} : { account: [{ reference: `Account/${account.id}` }] }),
      },
      dose,
      context,
      (bases) => {
        const mine = bases.filter((base) => base.definition.id === definition.id);
        if (mine.length > 1) throw faults.severalPrices([canonicalOf(definition)]);
        const [only] = mine;
        if (only === undefined) throw faults.notApplicable();
        return only;
      },
    );
  },
});
