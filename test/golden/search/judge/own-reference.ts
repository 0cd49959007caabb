import { OWN_BASE } from '../data/resource.ts';

/** `Type/id` of an own reference, without base and version; other references as they are. */
export function normalReference(reference: string): string {
  return (reference.startsWith(`${OWN_BASE}/`) ? reference.slice(OWN_BASE.length + 1) : reference).replace(
    /\/_history\/.*$/,
    '',
  );
}
