import type { Hl7Map, Hl7MapContext, Hl7Message, TransactionEntry } from '#sdk';
import { defineMap } from '../define-map.ts';
import type { MessageMap } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { patientEntry } from '../segments/patient.ts';
import { addTransaction } from './transaction-entries.ts';

/**
 * The map of an event to which a module has contributed one.
 * @param module its name, for faults
 * @param builtIn the gateway's own map of the event
 */
export function withModuleMap(contributed: Hl7Map, module: string, builtIn: MessageMap | undefined): MessageMap {
  const step = (draft: MappingDraft): void => addContributed(draft, contributed, module);
  if (contributed.isAddition !== true || builtIn === undefined) return defineMap([contributed.event], step);
  return { events: [contributed.event], map: (message, context) => builtIn.map(message, context, step) };
}

function addContributed(draft: MappingDraft, { event, map }: Hl7Map, module: string): void {
  const context: Hl7MapContext = { ...draft.context, patient: () => patientOf(draft) };
  let entries: readonly TransactionEntry[];
  try {
    entries = map(messageOf(draft), context);
  } catch (cause) {
    if (cause instanceof MapFailure) throw cause;
    throw new Error(`the HL7 map ${event} of module ${module} failed`, { cause });
  }
  addTransaction(draft, entries, { event, module });
}

/** Who the gateway's own map has found already, else who PID names. */
function patientOf(draft: MappingDraft): { readonly reference: string } | undefined {
  const pid = draft.first('PID');
  const reference = draft.firstOf('patient') ?? (pid && referenceOf(draft, pid));
  return reference === undefined ? undefined : { reference };
}

function referenceOf(draft: MappingDraft, pid: SegmentReader): string {
  return String(patientEntry(draft, pid, { isRegistration: false }).reference.reference);
}

/** The message whose reads count, so that what the module does not read is known as well. */
function messageOf(draft: MappingDraft): Hl7Message {
  return {
    event: draft.message.event,
    segments: draft.segments.map((segment) => ({
      name: segment.name,
      get: (...place) => segment.read(...place),
      repetitions: (field) => segment.source.repetitions(field),
    })),
  };
}
