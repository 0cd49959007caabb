import type { Operation } from '../fhir/operations/operation.ts';
import { fault, Fault } from '../kernel/fault.ts';
import { createClinic } from '../module-host/clinic.ts';
import type { ParameterDefinitions } from '../sdk/operation.ts';
import type { ResourceOf, Stored } from '../sdk/resource.ts';
import { parametersAnswer, textsIn, valueParts } from './answer-parts.ts';
import type { GatewayLink } from './gateway-link.ts';
import { gatewayOperation } from './gateway-operation.ts';
import { agentOf } from './who-asks.ts';

const INPUT = {
  partner: { type: 'id', min: 1, text: 'Id of the Endpoint that messages go to.' },
  action: {
    type: 'code',
    min: 1,
    text: 'Nothing is sent to it until it goes on (pause, resume); or what it did not take is sent once more.',
    oneOf: ['pause', 'resume', 'resend'],
  },
} as const satisfies ParameterDefinitions;

const DESTINATION = 'https://athanor.health/fhir/StructureDefinition/hl7-destination';

export function changeDestination(gateway: GatewayLink): Operation {
  return gatewayOperation(gateway, {
    code: 'hl7-destination',
    title: 'Destination of HL7 messages',
    text:
      'Holds back the HL7 messages of a destination, lets them go on, or sends once more those that it did not take. Whether it is paused stands ' +
      'in its Endpoint: who may not change that may not do so here.',
    affectsState: true,
    input: INPUT,
    answers: '"is-paused"; or "done", for each message that is sent once more.',
    async run({ engine, ctx, gateway: link }, { partner, action }) {
      if (action === 'resend') {
        const { done } = await link.ask('resend', { partner, agent: agentOf(ctx) });
        ctx.audit.note({ action: 'U', interaction: '$hl7-destination', type: 'Endpoint', id: partner });
        return parametersAnswer(textsIn(done).flatMap((id) => valueParts('done', 'id', id)));
      }
      const isPaused = action === 'pause';
      await createClinic(engine, ctx).change('Endpoint', partner, (endpoint) => paused(endpoint, isPaused));
      // It would look in some seconds by itself; one that is away learns of it when it comes back.
      await link.ask('reread', {}).catch((error: unknown) => {
        if (!(error instanceof Fault) || error.status !== 503) throw error;
      });
      return parametersAnswer(valueParts('is-paused', 'boolean', isPaused));
    },
  });
}

/** @throws Fault 422 for an Endpoint that takes no messages */
function paused(endpoint: Stored<'Endpoint'>, isPaused: boolean): ResourceOf<'Endpoint'> {
  const { extension = [] } = endpoint;
  if (!extension.some(({ url }) => url === DESTINATION)) {
    throw fault('hl7.noDestination', 422, 'business-rule', 'No HL7 messages go to this Endpoint.');
  }
  return {
    ...endpoint,
    extension: extension.map((each) => {
      if (each.url !== DESTINATION) return each;
      const others = (each.extension ?? []).filter(({ url }) => url !== 'paused');
      return { ...each, extension: [...others, ...(isPaused ? [{ url: 'paused', valueBoolean: true }] : [])] };
    }),
  };
}
