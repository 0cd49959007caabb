import type { Operation } from '../fhir/operations/operation.ts';
import { fault } from '../kernel/fault.ts';
import type { ParameterDefinitions } from '../sdk/operation.ts';
import { parametersAnswer, valueParts } from './answer-parts.ts';
import type { GatewayLink } from './gateway-link.ts';
import { gatewayOperation } from './gateway-operation.ts';
import { CONTENT } from './operation-names.ts';
import { visibleMessage } from './visible-message.ts';
import { personOf } from './who-asks.ts';

const INPUT = {
  message: { type: 'id', min: 1, text: 'Id of a message that waits for a person.' },
  text: { type: 'string', text: 'To propose: the corrected text, a segment on a line.' },
  explanation: { type: 'string', text: 'To propose: what is wrong with the message, and how that is known.' },
  proposal: { type: 'id', text: 'To decide: id of the proposal.' },
  decision: { type: 'code', text: 'To decide, by somebody else than its author.', oneOf: ['approve', 'refuse'] },
} as const satisfies ParameterDefinitions;

export function editMessage(gateway: GatewayLink): Operation {
  return gatewayOperation(gateway, {
    code: CONTENT.edit,
    title: 'Corrected HL7 message',
    text:
      'Proposes a corrected text for an HL7 message that waits for a person (text and explanation); or has a proposed one applied in its place, ' +
      'or refused (proposal and decision), by another person than who proposed it. The message that came stays as it is.',
    affectsState: true,
    input: INPUT,
    answers: '"proposal", its id; or "message", the id of the corrected message when it was approved.',
    async run(call, { message, text, explanation, proposal, decision }) {
      const { ctx } = call;
      const person = personOf(ctx);
      const [isProposal, isDecision] = [areGiven(text, explanation), areGiven(proposal, decision)];
      if (isProposal === isDecision || areMixed(isProposal ? [proposal, decision] : [text, explanation])) {
        const words = 'Give text and explanation to propose, or proposal and decision to decide.';
        throw fault('hl7.editInput', 400, 'required', words);
      }
      await visibleMessage(call, `$${CONTENT.edit}`, message);
      const answer = isProposal
        ? await call.gateway.ask('propose', {
            id: message,
            text: text ?? '',
            explanation: explanation ?? '',
            author: person,
          })
        : await call.gateway.ask('decide', {
            id: message,
            proposal: proposal ?? '',
            decision: decision ?? '',
            agent: person,
          });
      return parametersAnswer([
        ...valueParts('proposal', 'id', answer.proposal),
        ...valueParts('message', 'id', answer.message),
      ]);
    },
  });
}

function areGiven(...inputs: readonly (string | undefined)[]): boolean {
  return inputs.every((each) => each !== undefined);
}

/** Whether some of what belongs to the other of the two is there as well. */
function areMixed(others: readonly (string | undefined)[]): boolean {
  return others.some((each) => each !== undefined);
}
