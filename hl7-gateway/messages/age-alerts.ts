import { every, type Loop } from '../../server/kernel/every.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { Log } from '../../server/kernel/log.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import { raiseTask, taskCode, taskPart } from '../deliver/tasks/task.ts';
import { CANONICAL } from '../map/canonical.ts';
import { oldestMessages, type OldestMessage } from '../store/message-figures.ts';
import type { Queryable } from '../store/open-store.ts';

export interface AgeAlertOptions {
  readonly db: Queryable;
  readonly client: FhirClient;
  readonly log: Log;
  /** Seconds that the oldest message of a partner may wait; 0: for ever. */
  readonly alertAge: number;
}

/** Milliseconds between two looks, at most. */
const PAUSE = 30_000;
const WAITS = `${CANONICAL}/hl7/waits`;
const ROLES = `${CANONICAL}/CodeSystem/clinic-role`;
const TEXTS = {
  outgoing: 'Messages to a partner have waited for long: it does not answer, or they are held back.',
  parked: 'Messages of a partner have waited for a person for long.',
} as const;

/**
 * Tells people, once, of messages that have waited for too long: a line of the log, and a Task for each partner whose oldest
 * message it is. When that one is done and another has waited as long, they are told again.
 */
export function openAgeAlerts({ db, client, log, alertAge }: AgeAlertOptions): Loop {
  if (alertAge === 0) return { stop: () => Promise.resolve() };
  let told: ReadonlySet<string> = new Set();
  return every(
    Math.min(PAUSE, alertAge * 1000),
    async () => {
      const late = (await oldestMessages(db)).filter(({ age }) => age > alertAge);
      for (const message of late.filter(({ id }) => !told.has(id))) {
        const { kind, partner, age } = message;
        log.error({ kind, partner, seconds: Math.round(age) }, 'messages have waited for long');
        // The search makes it once, whichever process asks, and how often.
        await raiseTask(client, alertTask(message), `identifier=${WAITS}|${message.id}`);
        told = new Set([...told, message.id]);
      }
      // What is done is forgotten.
      told = new Set(late.map(({ id }) => id));
    },
    (err) => log.warn({ err }, 'people could not be told of messages that wait'),
  );
}

function alertTask({ kind, id, partner, event, controlId, receivedAt }: OldestMessage): JsonObject {
  const facts = [
    ['control-id', controlId],
    ['event', event],
    ['partner', partner],
  ] as const;
  const input = facts.flatMap(([code, value]) => (value === '' ? [] : [taskPart(code, { valueString: value })]));
  return {
    resourceType: 'Task',
    identifier: [{ system: WAITS, value: id }],
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: taskCode('waits-for-long'),
    description: TEXTS[kind],
    authoredOn: receivedAt,
    performerType: [{ coding: [{ system: ROLES, code: 'manager' }] }],
    ...(input.length === 0 ? {} : { input }),
  };
}
