import type { ClinicReader, ResourceOf } from '#sdk';
import { extensionUrl } from '../names.ts';
import { extensionOf, pharmacyRecord, recordKind } from './pharmacy-record.ts';

/** What a second person saw. */
export interface WitnessStatement {
  /** `Practitioner/2` */
  readonly witness: string;
  /** Of the movement that they saw. */
  readonly hash: string;
  readonly at: Date;
}

/** How long a statement can be used, in milliseconds. */
const LIFE = 2 * 60_000;

export function witnessStatement(vault: string, hash: string): ResourceOf<'Basic'> {
  return pharmacyRecord('witness-statement', vault, [{ url: extensionUrl('witnessed-movement'), valueString: hash }]);
}

/** Undefined when it is no statement, or an incomplete one. */
export function readStatement(basic: ResourceOf<'Basic'> | undefined): WitnessStatement | undefined {
  if (basic === undefined || recordKind(basic) !== 'witness-statement') return undefined;
  const hash = extensionOf(basic, 'witnessed-movement')?.valueString;
  const at = extensionOf(basic, 'witnessed-at')?.valueInstant;
  const witness = basic.author?.reference;
  return hash === undefined || at === undefined || witness === undefined
    ? undefined
    : { witness, hash, at: new Date(at) };
}

/** Until when a statement can be used. */
export function usableUntil({ at }: WitnessStatement): Date {
  return new Date(at.getTime() + LIFE);
}

/** The statement that a movement names. */
export async function statementOf(
  movement: ResourceOf<'SupplyDelivery'>,
  reader: Pick<ClinicReader, 'resolve'>,
): Promise<WitnessStatement | undefined> {
  return readStatement(await reader.resolve(extensionOf(movement, 'vault-witness')?.valueReference, 'Basic'));
}
