import type { ResourceOf } from '#sdk';
import { extensionUrl, RECORD_SYSTEM } from '../names.ts';

type Basic = ResourceOf<'Basic'>;
type Extension = NonNullable<Basic['extension']>[number];

/** Kinds of Basic that the pharmacy keeps; none is changed or deleted once it is there. */
type RecordKind = 'witness-statement' | 'vault-count' | 'vault-shift' | 'vault-anchor';

/** What a Basic of the pharmacy is; undefined for others. */
export function recordKind(basic: Basic | undefined): string | undefined {
  return basic?.code.coding?.find(({ system }) => system === RECORD_SYSTEM)?.code;
}

/** A record about a vault. The server says who made it, and when. */
export function pharmacyRecord(kind: RecordKind, vault: string, extension: readonly Extension[]): Basic {
  return {
    resourceType: 'Basic',
    code: { coding: [{ system: RECORD_SYSTEM, code: kind }] },
    subject: { reference: vault },
    ...(extension.length === 0 ? {} : { extension: [...extension] }),
  };
}

export function extensionOf(
  { extension = [] }: { readonly extension?: readonly Extension[] | undefined },
  name: string,
): Extension | undefined {
  const wanted = extensionUrl(name);
  return extension.find(({ url }) => url === wanted);
}

/** The element with extensions in the place of those of the same names. */
export function withExtensions<E extends { extension?: Extension[] }>(element: E, own: readonly Extension[]): E {
  const urls = new Set(own.map(({ url }) => url));
  const others = (element.extension ?? []).filter(({ url }) => !urls.has(url));
  return { ...element, extension: [...others, ...own] };
}
