import type { Operation } from '../fhir/operations/operation.ts';
import { group, objectsIn, parametersAnswer, shapedParts, valueParts, type Shape } from './answer-parts.ts';
import type { GatewayLink } from './gateway-link.ts';
import { gatewayOperation } from './gateway-operation.ts';

const STATE: Shape = { direction: 'code', state: 'code', count: 'integer', oldest: 'integer' };
const PARKED: Shape = { partner: 'string', reason: 'code', count: 'integer' };
const PARTNER: Shape = {
  id: 'id',
  name: 'string',
  isActive: 'boolean',
  isPaused: 'boolean',
  waiting: 'integer',
  oldest: 'integer',
};

export function gatewayStatus(gateway: GatewayLink): Operation {
  return gatewayOperation(gateway, {
    code: 'hl7-status',
    title: 'State of the HL7 gateway',
    text: 'What is open at the HL7 gateway: counts of messages, the age of the oldest (seconds), and the queues of all destinations.',
    affectsState: false,
    input: {},
    answers:
      '"open" with direction, state, count, oldest; "parked" with partner, reason, count; "partner" with id, name, is-active and, of those that ' +
      'take messages, is-paused, waiting, oldest; "unmapped-codes".',
    async run({ ctx, gateway: link }) {
      const status = await link.ask('status', {});
      ctx.audit.note({ action: 'E', interaction: '$hl7-status' });
      return parametersAnswer([
        ...objectsIn(status.states).flatMap((each) => group('open', shapedParts(STATE, each))),
        ...objectsIn(status.parked).flatMap((each) => group('parked', shapedParts(PARKED, each))),
        ...objectsIn(status.partners).flatMap((each) => group('partner', shapedParts(PARTNER, each))),
        ...valueParts('unmapped-codes', 'integer', status.unmappedCodes),
      ]);
    },
  });
}
