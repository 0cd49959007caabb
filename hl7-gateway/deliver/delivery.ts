import type { FhirClient } from '../client/fhir-client.ts';
import { isDown, Unreachable } from '../client/http-call.ts';
import type { UnmappedCode } from '../map/mapped-message.ts';
import { apply, type ApplyPorts, type Outcome } from './deliver.ts';
import type { DeliverableMessage, Delivered } from './delivered.ts';
import { preview, type Preview } from './preview.ts';
import { closeTask } from './tasks/close-task.ts';
import { raiseCodeTask } from './tasks/code-task.ts';
import { parkMessage, type ParkedMessage } from './tasks/park-message.ts';
import { answerTaker, type CodeAnswer } from './tasks/take-answers.ts';

/** From mapped messages to the FHIR server. */
export interface Delivery {
  /**
   * Applies messages of different patients.
   * @returns an answer a message, in their order; never throws for what a message or the server does
   */
  deliver(messages: readonly DeliverableMessage[]): Promise<readonly Delivered[]>;
  /** What it would change; nothing is written. @throws Unreachable, SearchRefused */
  preview(message: DeliverableMessage): Promise<Preview>;
  readonly workItems: WorkItems;
}

/** What people have to do. All throw Unreachable when the server does not take it now. */
export interface WorkItems {
  /** @returns `Task/id`, the same one for the same message */
  park(message: ParkedMessage): Promise<string>;
  /** @returns `Task/id`, the same one for the same partner, source, code and target as long as it is open */
  raiseCode(partner: string, code: UnmappedCode): Promise<string>;
  /** Nothing is left to do. @param task `Task/id` */
  close(task: string): Promise<void>;
  /** Answers that are saved in ConceptMaps; each is told until the next call, and again after a crash. */
  takeCodeAnswers(): Promise<readonly CodeAnswer[]>;
}

export interface DeliveryPorts extends ApplyPorts {
  /** Milliseconds of the epoch. */
  now(): number;
  /** Called when ConceptMaps have changed, before their answers are told: maps have to know them then. */
  readAnswers(): Promise<void>;
}

export function createDelivery(ports: DeliveryPorts): Delivery {
  const { client, now, readAnswers } = ports;
  const takeAnswers = answerTaker(client);
  return {
    async deliver(messages) {
      const outcomes = await apply(ports, messages);
      return Promise.all(
        messages.map((message, place) => told(client, message, outcomes[place] ?? { kind: 'retry', ...LOST })),
      );
    },
    preview: (message) => preview(client, message),
    workItems: {
      park: (message) => parkMessage(client, message),
      raiseCode: (partner, code) => raiseCodeTask(client, partner, code, now),
      close: (task) => closeTask(client, task),
      async takeCodeAnswers() {
        const answers = await takeAnswers();
        if (answers.length > 0) await readAnswers();
        return answers;
      },
    },
  };
}

const LOST = { reason: 'it was not delivered', isDown: false };

/** A person learns of what is parked before it counts as parked. */
async function told(client: FhirClient, message: DeliverableMessage, outcome: Outcome): Promise<Delivered> {
  if (outcome.kind !== 'parked' || outcome.reason === 'unmapped-code') return outcome;
  const { id, controlId, event, receivedAt, partner } = message;
  const { reason, text } = outcome;
  try {
    const task = await parkMessage(client, { id, controlId, event, receivedAt, partner: partner.id, reason, text });
    return { ...outcome, task };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { kind: 'retry', reason: error.message, isDown: isDown(error) };
  }
}
