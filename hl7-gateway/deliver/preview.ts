import type { JsonObject } from '../../server/kernel/json.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import type { DeliverableMessage, ParkReason } from './delivered.ts';
import { makePlan } from './plan/make-plan.ts';
import { readStored } from './read/stored.ts';

/** What a message would do now. */
export interface Preview {
  /** Why it would wait for a person. */
  readonly parked?: { readonly reason: ParkReason; readonly text: string };
  /** Whether it was applied before: then it would do nothing. */
  readonly wasApplied: boolean;
  readonly changes: readonly PreviewedChange[];
  /** `Type/id` of what it would leave as it is, since what is stored is newer. */
  readonly superseded: readonly string[];
  readonly merges: readonly { readonly source: string; readonly target: string }[];
}

export interface PreviewedChange {
  readonly kind: 'create' | 'update';
  /** `Type/id`, or the `urn:uuid:…` of what would be new. */
  readonly reference: string;
  readonly before?: JsonObject;
  readonly after: JsonObject;
}

/**
 * Nothing is written.
 * @throws Unreachable, SearchRefused
 */
export async function preview(client: FhirClient, message: DeliverableMessage): Promise<Preview> {
  const stored = await readStored(client, [message]);
  const { messages, targets } = makePlan([message], stored);
  const [planned] = messages;
  if (planned === undefined) return { wasApplied: true, changes: [], superseded: [], merges: [] };
  if ('reason' in planned) {
    const { reason, text } = planned;
    return { wasApplied: false, parked: { reason, text }, changes: [], superseded: [], merges: [] };
  }
  return {
    wasApplied: false,
    changes: targets.flatMap(({ reference, before, after, changedBy }): readonly PreviewedChange[] => {
      if (changedBy.size === 0 || after === undefined) return [];
      return [
        before === undefined ? { kind: 'create', reference, after } : { kind: 'update', reference, before, after },
      ];
    }),
    superseded: planned.superseded.map(({ reference }) => reference),
    merges: planned.merges.flatMap(({ call }) => (call === undefined ? [] : [call])),
  };
}
