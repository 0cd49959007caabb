import type { ModuleContext, ResourceOf } from '#sdk';
import { extensionUrl } from '../names.ts';
import type { ChainEnd } from './last-entry.ts';
import { extensionOf, withExtensions } from './pharmacy-record.ts';

type Basic = ResourceOf<'Basic'>;
type Extension = NonNullable<Basic['extension']>[number];

/** Where a chain stood, as the server signed it. */
export interface Anchor extends ChainEnd {
  readonly isGenuine: boolean;
}

/** Signed by the server: who can write to the database, and even rewrite the whole chain, cannot make such a record. */
export function signatureOf(vault: string, end: ChainEnd, { sign }: Pick<ModuleContext, 'sign'>): Extension {
  const { keyId, value } = sign(textOf(vault, end));
  return {
    url: extensionUrl('vault-signature'),
    extension: [
      { url: 'key', valueString: keyId },
      { url: 'value', valueBase64Binary: value },
    ],
  };
}

export function readAnchor(basic: Basic, vault: string, { isSigned }: Pick<ModuleContext, 'isSigned'>): Anchor {
  const seq = extensionOf(basic, 'vault-position')?.valueInteger ?? 0;
  const hash = extensionOf(basic, 'vault-anchor')?.valueString ?? '';
  const parts = extensionOf(basic, 'vault-signature')?.extension;
  const value = parts?.find(({ url }) => url === 'value')?.valueBase64Binary ?? '';
  return { seq, hash, isGenuine: isSigned(textOf(vault, { seq, hash }), value) };
}

export function withPosition<B extends Basic>(basic: B, { seq, hash }: ChainEnd): B {
  return withExtensions(basic, [
    { url: extensionUrl('vault-position'), valueInteger: seq },
    { url: extensionUrl('vault-anchor'), valueString: hash },
  ]);
}

function textOf(vault: string, { seq, hash }: ChainEnd): string {
  return `vault-anchor\n${vault}\n${seq}\n${hash}`;
}
