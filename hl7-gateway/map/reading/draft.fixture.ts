import { parseMessage } from '../../hl7/parse-message.ts';
import type { MapContext } from '../map-context.ts';
import { MappingDraft } from '../mapping-draft.ts';
import type { Value } from './value.ts';

/** A partner who names things as HL7 does, and has nothing of its own but `LAB`. */
const CONTEXT: MapContext = {
  partner: 'lab',
  receivedAt: '2026-11-26T08:00:00.000Z',
  timeZone: 'Europe/Berlin',
  systems: {
    ofAssigner(namespace, universalId, type) {
      if (type === 'ISO') return `urn:oid:${universalId}`;
      return namespace === '' ? undefined : `https://lab.example/${namespace}`;
    },
    ofCodingSystem: (name) => (name === 'LN' ? 'http://loinc.org' : `https://lab.example/codes/${name || 'none'}`),
  },
  translate: (source, code) => (source === 'LAB' && code === 'W' ? { code: 'female' } : undefined),
};

/** Segments as a sender writes them, without MSH. */
export function draftOf(...segments: readonly string[]): MappingDraft {
  return new MappingDraft(
    parseMessage(['MSH|^~\\&|A|B|C|D|20240229||ADT^A08|1|P|2.5', ...segments].join('\r')),
    CONTEXT,
  );
}

export interface ReadValue {
  readonly draft: MappingDraft;
  readonly value: Value;
}

/** One field of a segment that nothing else is known of. */
export function valueOf(field: string): ReadValue {
  const draft = draftOf(`ZZZ|${field}`);
  const value = draft.first('ZZZ')?.value(1);
  if (value === undefined) throw new Error('the field has no content');
  return { draft, value };
}
