import type { AuditLink } from '../../storage/audit-chain.ts';
import { detailHash, eventTexts, factsOf, type EventFacts } from '../../storage/audit-pages.ts';
import type { ChainedPage } from '../../storage/audit-read.ts';
import { parseDetail } from '../detail.ts';
import { DIGEST, digestsOf, linkHash } from './link.ts';

/** An event as the chain is read. */
export interface ReadEvent {
  readonly id: string;
  /** Its detail is gone. */
  readonly isErased: boolean;
  /** Events whose details it says were erased. */
  readonly erasedIds: readonly string[];
}

export interface PageCheck {
  readonly events: readonly ReadEvent[];
  /** The first that is not as it was written. */
  readonly finding: { readonly event: string; readonly what: string } | undefined;
}

/** Compares a page with its link. @param before the hash of the link before */
export function checkPage(before: Buffer, link: AuditLink, page: ChainedPage): PageCheck {
  const facts = eventTexts(page.events).map(factsOf);
  const details = facts.map((_fact, place) => page.details?.[place] ?? null);
  return {
    events: facts.map(({ id, kind, detailHash: hash }, place) => ({
      id,
      isErased: hash !== '' && details[place] === null,
      erasedIds: kind === 'erasure' ? (parseErasure(details[place] ?? null) ?? []) : [],
    })),
    finding: changedEvent(before, link, page, facts) ?? changedDetail(page, facts, details),
  };
}

function changedEvent(
  before: Buffer,
  link: AuditLink,
  page: ChainedPage,
  facts: readonly EventFacts[],
): PageCheck['finding'] {
  const digests = digestsOf(page);
  const first = facts.findIndex((_fact, place) => {
    const [start, end] = [place * DIGEST, (place + 1) * DIGEST];
    return !digests.subarray(start, end).equals(link.digests.subarray(start, end));
  });
  if (first >= 0) return { event: facts[first]?.id ?? page.id, what: 'its event was changed, removed or inserted' };
  if (digests.length < link.digests.length) return { event: page.id, what: 'events of its page were removed' };
  return linkHash(before, page, link.digests).equals(link.hash)
    ? undefined
    : { event: page.id, what: 'its page or its link was changed' };
}

function changedDetail(
  page: ChainedPage,
  facts: readonly EventFacts[],
  details: readonly (string | null)[],
): PageCheck['finding'] {
  const first = facts.find((fact, place) => {
    const detail = details[place] ?? null;
    return detail !== null && detailHash(detail) !== fact.detailHash;
  });
  if (first !== undefined) return { event: first.id, what: 'the detail of its event was changed' };
  const isLonger = (page.details?.length ?? 0) > facts.length;
  return isLonger ? { event: page.id, what: 'a detail was inserted' } : undefined;
}

/** A forged detail need not be JSON. */
function parseErasure(detail: string | null): readonly string[] | undefined {
  try {
    return parseDetail(detail).erased;
  } catch {
    return undefined;
  }
}
