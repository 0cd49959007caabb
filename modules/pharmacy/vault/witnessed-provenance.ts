import type { Clinic, ResourceOf, Stored } from '#sdk';
import { extensionOf } from './pharmacy-record.ts';
import { readSeals } from './seal.ts';
import { readStatement } from './witness-statement.ts';

type Signature = NonNullable<ResourceOf<'Provenance'>['signature']>[number];

const AGENT = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
/** Purposes of signatures, ASTM E1762-95: of the author, and of a witness. */
const SIGNATURE = 'urn:iso-astm:E1762-95:2013';

/**
 * Who moved a controlled substance and who witnessed it, with what each of them stood for: the author for the entry of the
 * ledger, the witness for the movement they described. Undefined for a movement without a witness.
 */
export async function recordWitnessed(
  clinic: Clinic,
  movement: Stored<'SupplyDelivery'>,
  at: Date,
): Promise<Stored<'Provenance'> | undefined> {
  const author = extensionOf(movement, 'vault-author')?.valueReference?.reference;
  const named = extensionOf(movement, 'vault-witness')?.valueReference;
  const statement = readStatement(await clinic.resolve(named, 'Basic'));
  const [seal] = readSeals(movement);
  if (author === undefined || named === undefined || statement === undefined || seal === undefined) return undefined;
  const { witness, hash, at: witnessedAt } = statement;
  return clinic.create({
    resourceType: 'Provenance',
    target: [{ reference: `SupplyDelivery/${movement.id}/_history/${movement.meta.versionId}` }],
    recorded: at.toISOString(),
    agent: [agent('author', author), agent('attester', witness)],
    entity: [{ role: 'source', what: named }],
    signature: [
      signature('1.2.840.10065.1.12.1.1', author, at, seal.hash),
      signature('1.2.840.10065.1.12.1.8', witness, witnessedAt, hash),
    ],
  });
}

function agent(code: string, reference: string): ResourceOf<'Provenance'>['agent'][number] {
  return { type: { coding: [{ system: AGENT, code }] }, who: { reference } };
}

/** A signature by sign-in and second factor; what is signed is a SHA-256, in hexadecimal digits. */
function signature(code: string, reference: string, when: Date, hash: string): Signature {
  return {
    type: [{ system: SIGNATURE, code }],
    when: when.toISOString(),
    who: { reference },
    sigFormat: 'text/plain',
    data: btoa(hash),
  };
}
