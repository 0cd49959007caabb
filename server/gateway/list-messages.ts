import type { Operation } from '../fhir/operations/operation.ts';
import { fault } from '../kernel/fault.ts';
import type { ParameterDefinitions } from '../sdk/operation.ts';
import { group, objectsIn, parametersAnswer, shapedParts, valueParts, type Shape } from './answer-parts.ts';
import type { GatewayLink } from './gateway-link.ts';
import { gatewayOperation } from './gateway-operation.ts';
import { CONTENT } from './operation-names.ts';

const STATES = [
  ...['received', 'failed', 'applied', 'ignored', 'parked', 'superseded', 'dead', 'rejected', 'split'],
  ...['queued', 'sending', 'waiting', 'acked', 'cancelled'],
];

const INPUT = {
  direction: { type: 'code', text: 'Messages that came in, or that go out; default both.', oneOf: ['in', 'out'] },
  partner: { type: 'id', text: 'Id of the Endpoint that sent it, or that it is for.' },
  event: { type: 'string', text: 'Such as ORU^R01.' },
  state: { type: 'code', max: '*', text: 'Any of these states; default all.', oneOf: STATES },
  'control-id': { type: 'string', text: 'MSH-10.' },
  patient: { type: 'string', text: "A patient's number, as the message has it." },
  order: { type: 'string', text: 'A placer, filler or accession number.' },
  visit: { type: 'string', text: 'A visit number.' },
  since: { type: 'dateTime', text: 'Received at this time or later.' },
  until: { type: 'dateTime', text: 'Received before this time.' },
  before: { type: 'positiveInt', text: 'For the next page: the "next" of the page before.' },
  _count: { type: 'positiveInt', text: 'Messages of a page; default 50, at most 200.' },
} as const satisfies ParameterDefinitions;

const MESSAGE: Shape = {
  id: 'id',
  direction: 'code',
  partner: 'string',
  partnerName: 'string',
  receivedAt: 'instant',
  event: 'string',
  controlId: 'string',
  state: 'code',
  reason: 'code',
  note: 'string',
  task: 'Reference',
  attempts: 'integer',
  size: 'integer',
  resources: 'integer',
};

/**
 * Parameters rather than a Bundle: no resource of FHIR R4 is a stored message with its course. A MessageHeader says what was sent in a
 * FHIR message, and a Task what somebody has to do; the Tasks of messages that wait for people are there besides.
 */
export function listMessages(gateway: GatewayLink): Operation {
  return gatewayOperation(gateway, {
    code: 'hl7-messages',
    title: 'HL7 messages',
    text: 'HL7 v2 messages that came in or go out, the newest first, without their content.',
    affectsState: false,
    input: INPUT,
    answers:
      '"message" with parts id, direction, partner, partner-name, received-at, event, control-id, state, reason, note, task, attempts, size (bytes), ' +
      'resources (how many it made or changed); "next" when there are more.',
    async run({ ctx, gateway: link }, input) {
      const { state, _count: count, 'control-id': controlId, ...filter } = input;
      const isAboutPatients = [filter.patient, filter.order, filter.visit].some((each) => each !== undefined);
      // Whether somebody is known here is told by the record.
      if (isAboutPatients && !ctx.access.mayCall(CONTENT.show, undefined)) {
        const text = 'Messages of a patient, an order or a visit are for those who may see what is in them.';
        throw fault('hl7.searchRefused', 403, 'forbidden', text);
      }
      const found = await link.ask('search', {
        ...Object.fromEntries(
          Object.entries({ ...filter, controlId, count }).filter(([, value]) => value !== undefined),
        ),
        states: [...state],
      });
      const criteria = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...filter, 'control-id': controlId, state: state.join() })) {
        if (value !== undefined && value !== '') criteria.set(name, String(value));
      }
      ctx.audit.note({ action: 'E', interaction: '$hl7-messages', query: String(criteria) });
      return parametersAnswer([
        ...objectsIn(found.messages).flatMap((message) => group('message', shapedParts(MESSAGE, message))),
        ...valueParts('next', 'integer', found.next),
      ]);
    },
  });
}
