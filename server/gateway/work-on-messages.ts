import type { Operation } from '../fhir/operations/operation.ts';
import type { FhirResponse } from '../fhir/request.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { ParameterDefinitions } from '../sdk/operation.ts';
import { parametersAnswer, textsIn, valueParts } from './answer-parts.ts';
import type { GatewayLink } from './gateway-link.ts';
import { gatewayOperation, type GatewayCall } from './gateway-operation.ts';
import { CONTENT } from './operation-names.ts';
import { agentOf } from './who-asks.ts';

const MESSAGES = { type: 'id', max: '*', text: 'Ids of messages.' } as const;
const DONE =
  '"done" for each message that it was done with, "left" for each that is under way, was refused, or is not there.';

export function replayMessages(gateway: GatewayLink): Operation {
  const input = { message: MESSAGES } as const satisfies ParameterDefinitions;
  return gatewayOperation(gateway, {
    code: 'hl7-replay',
    title: 'Once more',
    text:
      'Works once more on HL7 messages that came in and wait for a person or have ended (what is newer stays as it is), and sends once more those ' +
      'that a destination did not take.',
    affectsState: true,
    input,
    answers: DONE,
    run: (call, { message }) => workOn(call, 'replay', message, {}),
  });
}

export function dismissMessages(gateway: GatewayLink): Operation {
  const input = {
    message: MESSAGES,
    reason: { type: 'string', min: 1, text: 'Why, for others who look at it; nothing of the content.' },
  } as const satisfies ParameterDefinitions;
  return gatewayOperation(gateway, {
    code: CONTENT.dismiss,
    title: 'Dismiss',
    text: 'Ends HL7 messages that wait for a person without applying them, and lets go those that a destination does not take.',
    affectsState: true,
    input,
    answers: DONE,
    run: (call, { message, reason }) => workOn(call, 'dismiss', message, { why: reason }),
  });
}

async function workOn(
  { ctx, gateway }: GatewayCall,
  action: 'replay' | 'dismiss',
  messages: readonly string[],
  more: JsonObject,
): Promise<FhirResponse> {
  const answer = await gateway.ask(action, { ids: [...messages], agent: agentOf(ctx), ...more });
  const done = new Set(textsIn(answer.done));
  ctx.audit.note({
    action: 'U',
    interaction: `$hl7-${action}`,
    query: messages.map((id) => `message=${id}`).join('&'),
  });
  return parametersAnswer(messages.flatMap((id) => valueParts(done.has(id) ? 'done' : 'left', 'id', id)));
}
