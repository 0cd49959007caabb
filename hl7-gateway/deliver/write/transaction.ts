import type { JsonObject } from '../../../server/kernel/json.ts';
import type { DeliverableMessage } from '../delivered.ts';
import type { Plan } from '../plan/make-plan.ts';
import type { Target } from '../plan/target.ts';
import { ifMatchOf } from './if-match.ts';
import { provenanceOf, withSource } from './provenance.ts';

/** A transaction Bundle and whose each of its entries is. */
export interface Transaction {
  readonly bundle: JsonObject;
  /** By the place of the entry. */
  readonly entries: readonly TransactionEntry[];
}

export interface TransactionEntry {
  readonly request: JsonObject;
  /** What it makes or changes. */
  readonly target?: Target;
  /** Places of the messages that it is of. */
  readonly messages: readonly number[];
}

/**
 * All that a plan changes, to be committed at once. Each message's Provenance must not be there yet, so that a message which
 * another attempt applied meanwhile is not applied twice; what is created must not be there, and what is changed must be as it was read.
 */
export function transactionOf(messages: readonly DeliverableMessage[], plan: Plan): Transaction {
  const writes = plan.targets.flatMap((target): readonly TransactionEntry[] => {
    const places = [...target.changedBy];
    const last = messages[places.at(-1) ?? -1];
    if (last === undefined || target.after === undefined) return [];
    return [{ request: writeOf(target, withSource(target.after, last)), target, messages: places }];
  });
  const markers: TransactionEntry[] = [];
  const merges: TransactionEntry[] = [];
  for (const [place, message] of messages.entries()) {
    const planned = plan.messages[place];
    if (planned === undefined || 'reason' in planned) continue;
    const calls = planned.merges.flatMap(({ call }) => (call === undefined ? [] : [call]));
    const merged = planned.merges.flatMap(({ call, patients }) => (call === undefined ? [] : patients));
    const changed = planned.targets.filter((target) => target.changedBy.has(place) || merged.includes(target));
    if (changed.length === 0) continue;
    const references = changed.map(({ reference }) => reference);
    const marker = withSource(provenanceOf(message, planned.provenance, references), message);
    markers.push({ request: markerOf(marker), messages: [place] });
    merges.push(...calls.map((call) => ({ request: mergeOf(call), messages: [place] })));
  }
  const entries = [...writes, ...markers, ...merges];
  return {
    bundle: { resourceType: 'Bundle', type: 'transaction', entry: entries.map(({ request }) => request) },
    entries,
  };
}

function writeOf(target: Target, resource: JsonObject): JsonObject {
  const { type, reference, before, criteria, isInPassing } = target;
  if (before !== undefined) {
    return { resource, request: { method: 'PUT', url: reference, ...ifMatchOf(before) } };
  }
  const creation = { fullUrl: reference, resource };
  if (criteria === undefined) return { ...creation, request: { method: 'POST', url: type } };
  if (isInPassing) return { ...creation, request: { method: 'POST', url: type, ifNoneExist: criteria } };
  // A conditional create that finds something would leave it as it is, and what the message says would be lost.
  return { ...creation, request: { method: 'PUT', url: `${type}?${criteria}`, ifNoneMatch: '*' } };
}

function markerOf(resource: JsonObject): JsonObject {
  return { resource, request: { method: 'PUT', url: `Provenance/${String(resource.id)}`, ifNoneMatch: '*' } };
}

function mergeOf({ source, target }: { readonly source: string; readonly target: string }): JsonObject {
  return {
    resource: {
      resourceType: 'Parameters',
      parameter: [
        { name: 'source-patient', valueReference: { reference: source } },
        { name: 'target-patient', valueReference: { reference: target } },
      ],
    },
    request: { method: 'POST', url: 'Patient/$merge' },
  };
}
