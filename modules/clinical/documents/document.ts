import type { AnyResource, ResourceOf } from '#sdk';
import { BASE } from '../terms.ts';

interface Entry {
  readonly fullUrl: string;
  readonly resource: AnyResource;
}

interface Document {
  readonly composition: Entry;
  /** What it refers to, each once or more often. */
  readonly others: readonly Entry[];
  /** Unique: system and value. */
  readonly id: string;
  /** When it was put together. */
  readonly at: Date;
}

/** A document Bundle: its Composition first, then everything else, each once. https://hl7.org/fhir/R4/documents.html */
export function documentBundle({ composition, others, id, at }: Document): ResourceOf<'Bundle'> {
  const entries = new Map([composition, ...others].map((entry) => [entry.fullUrl, entry]));
  return {
    resourceType: 'Bundle',
    meta: { lastUpdated: at.toISOString() },
    identifier: { system: `${BASE}/document`, value: id },
    type: 'document',
    timestamp: at.toISOString(),
    entry: [...entries.values()],
  };
}
