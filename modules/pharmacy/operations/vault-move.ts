import { decimalText, defineOperation } from '#sdk';
import { post, type MovementType } from '#modules/supply';
import { faults } from '../faults.ts';
import { extensionUrl } from '../names.ts';
import { bundleOf } from '../collection.ts';
import { localName } from '../vault/moved.ts';
import { describedMovement, MOVEMENT_INPUT } from '../vault/move-request.ts';
import { requirePerson } from '../vault/vault-person.ts';
import { recordWitnessed } from '../vault/witnessed-provenance.ts';

export const vaultMove = defineOperation({
  code: 'vault-move',
  title: 'Move a controlled substance',
  text: 'Takes a lot out of a vault or puts it in, before a witness who has just stated by $witness what they see. Transfers into a vault need no witness.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: {
    ...MOVEMENT_INPUT,
    witness: { type: 'Reference', text: 'The statement of the witness, as $witness answered it.' },
    reason: {
      type: 'code',
      text: 'Code of CodeSystem movement-reason; needed for waste, destruction, counts and reversals.',
    },
    cause: {
      type: 'Reference',
      text: 'What it is moved for: the MedicationDispense of what a patient gets or returns.',
    },
    reverses: { type: 'Reference', text: 'The SupplyDelivery that a reversal takes back.' },
  },
  output: {
    return: { type: 'Resource', min: 1, text: 'Bundle of the SupplyDelivery and the Provenance of both persons.' },
  },
  async run(context, { id = '', input }) {
    const author = requirePerson(context);
    const movement = describedMovement(input, `Location/${id}`, author, (each) => decimalText(each, 'value') ?? '');
    const { type, quantity, waste, reason, cause, reverses, witness } = { ...input, ...movement, waste: input.waste };
    const statement = localName(witness);
    if (witness !== undefined && !statement.startsWith('Basic/')) throw faults.witnessMissing();
    const at = context.now();
    return context.inTransaction(async (clinic) => {
      const [stored] = await post(clinic, [
        {
          type: type as MovementType,
          lot: movement.lot.replace('Medication/', ''),
          quantity,
          origin: movement.origin.replace('Location/', ''),
          destination: movement.destination.replace('Location/', ''),
          reason,
          cause: cause === undefined ? undefined : localName(cause),
          reverses: reverses === undefined ? undefined : localName(reverses).replace('SupplyDelivery/', ''),
          extension: [
            ...(statement === ''
              ? []
              : [{ url: extensionUrl('vault-witness'), valueReference: { reference: statement } }]),
            ...(waste === undefined ? [] : [{ url: extensionUrl('vault-waste'), valueQuantity: waste }]),
          ],
        },
      ]);
      if (stored === undefined) throw new Error('one movement was posted');
      const provenance = await recordWitnessed(clinic, stored, at);
      return bundleOf([stored, ...(provenance === undefined ? [] : [provenance])]);
    });
  },
});
