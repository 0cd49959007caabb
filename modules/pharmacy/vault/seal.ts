import { canonicalText, type ResourceOf } from '#sdk';
import { extensionUrl } from '../names.ts';
import { sha256 } from './sha256.ts';

/** Place of a movement in the chain of a vault. */
export interface Seal {
  /** `Location/1` */
  readonly vault: string;
  /** From 1, without gaps. */
  readonly seq: number;
  /** Hash of the movement before; {@link START} for the first. */
  readonly previous: string;
  readonly hash: string;
}

type Movement = ResourceOf<'SupplyDelivery'>;
type Extensions = NonNullable<Movement['extension']>;

/** What stands for the hash before the first movement. */
export const START = '0'.repeat(64);

const URL = extensionUrl('vault-seal');

/** One for each vault that the movement touches. */
export function readSeals({ extension = [] }: Movement): readonly Seal[] {
  return extension
    .filter(({ url }) => url === URL)
    .map(({ extension: parts = [] }) => {
      const part = (name: string): Extensions[number] | undefined => parts.find(({ url }) => url === name);
      return {
        vault: part('vault')?.valueReference?.reference ?? '',
        seq: part('seq')?.valuePositiveInt ?? 0,
        previous: part('previous')?.valueString ?? '',
        hash: part('hash')?.valueString ?? '',
      };
    });
}

/** The movement with these seals in the place of those that it has. */
export function withSeals(movement: Movement, seals: readonly Seal[]): Movement {
  const { extension: _all, ...rest } = movement;
  const extension = [
    ...(movement.extension ?? []).filter(({ url }) => url !== URL),
    ...seals.map(({ vault, seq, previous, hash }) => ({
      url: URL,
      extension: [
        { url: 'vault', valueReference: { reference: vault } },
        { url: 'seq', valuePositiveInt: seq },
        { url: 'previous', valueString: previous },
        { url: 'hash', valueString: hash },
      ],
    })),
  ];
  return extension.length === 0 ? rest : { ...rest, extension };
}

/**
 * Hash of a movement in the chain of a vault. It covers everything but the seals themselves, meta, which the server writes
 * after it, and the patient, whose record may become part of another one: the cause of the movement says for whom it was.
 */
export async function sealHash(movement: Movement, { vault, seq, previous }: Omit<Seal, 'hash'>): Promise<string> {
  const { meta: _meta, patient: _patient, ...content } = withSeals(movement, []);
  return sha256(`${previous}\n${vault}\n${seq}\n${canonicalText(content)}`);
}
