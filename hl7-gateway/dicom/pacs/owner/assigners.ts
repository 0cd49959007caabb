import type { Partner } from '../../../partner/partner.ts';
import type { Assigners } from './patient-number.ts';

/** A name that two partners use for different systems stands for none. */
export function assignersOf(partners: readonly Partner[]): Assigners {
  const uris = new Map<string, Set<string>>();
  for (const { kind, name, uri } of partners.flatMap(({ systems }) => systems)) {
    if (kind === 'assigner' && name !== '') uris.set(name, (uris.get(name) ?? new Set()).add(uri));
  }
  const found = new Map<string, string>();
  for (const [name, [uri, ...others]] of uris) if (uri !== undefined && others.length === 0) found.set(name, uri);
  return found;
}
