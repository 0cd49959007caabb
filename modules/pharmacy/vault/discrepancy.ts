import type { Clinic } from '#sdk';
import { TASK_SYSTEM } from '../names.ts';
import { localName } from './moved.ts';

/** A count that does not agree. */
interface Found {
  /** `Location/1` */
  readonly vault: string;
  /** `Basic/1` */
  readonly count: string;
  /** `Practitioner/1`, who counted last. */
  readonly person: string;
  readonly lots: readonly string[];
  /** What each of the two persons and the ledger say, for who looks into it. */
  readonly detail: string;
  readonly at: Date;
}

const CODE = { coding: [{ system: TASK_SYSTEM, code: 'vault-discrepancy' }] };
const TOKEN = encodeURIComponent(`${TASK_SYSTEM}|vault-discrepancy`);

/** A DetectedIssue, and a Task for somebody to find out. @returns `DetectedIssue/1` */
export async function tellDiscrepancy(
  clinic: Clinic,
  { vault, count, person, lots, detail, at }: Found,
): Promise<string> {
  const issue = await clinic.create({
    resourceType: 'DetectedIssue',
    status: 'final',
    code: CODE,
    severity: 'high',
    identifiedDateTime: at.toISOString(),
    author: { reference: person },
    implicated: [vault, count, ...lots].map((reference) => ({ reference })),
    detail,
  });
  const reference = `DetectedIssue/${issue.id}`;
  await clinic.create({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: CODE,
    focus: { reference },
    for: { reference: vault },
    authoredOn: at.toISOString(),
    requester: { reference: person },
    description: 'A count of the vault does not agree. Find out why, correct it with $vault-move, and count again.',
  });
  return reference;
}

/** A count of two persons agrees with the ledger again: what was open is done, and says by which count. */
export async function resolveDiscrepancies(clinic: Clinic, vault: string, count: string, at: Date): Promise<void> {
  const open = `code=${TOKEN}&subject=${vault}&status=requested,received,accepted,in-progress`;
  for (const { id, focus } of await clinic.search('Task', open)) {
    await clinic.change('Task', id, (task) => ({
      ...task,
      status: 'completed',
      output: [{ type: { text: 'Count that agrees' }, valueReference: { reference: count } }],
    }));
    await clinic.change('DetectedIssue', localName(focus).replace(/^.*\//, ''), (issue) => ({
      ...issue,
      mitigation: [
        ...(issue.mitigation ?? []),
        { action: { text: `Counted again by two persons; agrees (${count})` }, date: at.toISOString() },
      ],
    }));
  }
}
