import contraindications from './contraindications.json' with { type: 'json' };
import doses from './doses.json' with { type: 'json' };
import interactions from './interactions.json' with { type: 'json' };
import { compile, readFact, type FactResource, type ReadFact } from './knowledge.ts';

/** Raised with every change of the facts or codes that are shipped. */
export const KNOWLEDGE_VERSION = '1.0.0';

/** The facts that are shipped, as resources. */
export const SHIPPED_RESOURCES: readonly FactResource[] = [interactions, contraindications, doses].flatMap((bundle) =>
  (bundle as unknown as { readonly entry: readonly { readonly resource: FactResource }[] }).entry.map(
    ({ resource }) => resource,
  ),
);

export const SHIPPED_FACTS: readonly ReadFact[] = SHIPPED_RESOURCES.map(readFact);

export const SHIPPED = compile(KNOWLEDGE_VERSION, SHIPPED_FACTS);
