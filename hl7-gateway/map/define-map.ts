import type { MessageMap } from './map-context.ts';
import { MappingDraft } from './mapping-draft.ts';
import { provenanceOf } from './segments/provenance.ts';

/**
 * A map of some trigger events. What it makes gets one Provenance: of everything that the message says something of, not of what
 * it names in passing.
 * @param events `ADT^A01`
 * @param fill reads the message and adds what it says
 */
export function defineMap(events: readonly string[], fill: (draft: MappingDraft) => void): MessageMap {
  return {
    events,
    map(message, context, also) {
      const draft = new MappingDraft(message, context);
      fill(draft);
      also?.(draft);
      const targets = draft.told();
      if (targets.length > 0)
        draft.add('Provenance', { resource: provenanceOf(draft, targets), match: [], mode: 'create' });
      return draft.finish();
    },
  };
}
