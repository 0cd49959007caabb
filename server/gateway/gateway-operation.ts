import type { Ctx, Engine } from '../fhir/engine.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import type { FhirResponse } from '../fhir/request.ts';
import { readInput } from '../module-host/operation-input.ts';
import type { Input, ParameterDefinitions } from '../sdk/operation.ts';
import type { GatewayLink } from './gateway-link.ts';

/** An operation on the system that is carried out by the gateway. */
interface GatewayOperation<P extends ParameterDefinitions> {
  readonly code: string;
  readonly title: string;
  readonly text: string;
  readonly affectsState: boolean;
  readonly input: P;
  /** What the Parameters that are answered hold, for people. */
  readonly answers: string;
  run(call: GatewayCall, input: Input<P>): Promise<FhirResponse>;
}

export interface GatewayCall {
  readonly engine: Engine;
  readonly ctx: Ctx;
  readonly gateway: GatewayLink;
}

/** The gateway applies messages to the main tenant: others have none. */
const TENANT = 1;
const BASE = 'https://athanor.health/fhir/OperationDefinition';

export function gatewayOperation<P extends ParameterDefinitions>(
  gateway: GatewayLink,
  { code, title, text, affectsState, input, answers, run }: GatewayOperation<P>,
): Operation {
  return {
    code,
    definition: `${BASE}/${code}`,
    text,
    levels: ['system'],
    affectsState,
    signature: { id: code, title, input, output: { return: { type: 'Resource', text: `Parameters: ${answers}` } } },
    isEnabled: (tenant) => tenant === TENANT,
    run: async (engine, ctx, { request }) => run({ engine, ctx, gateway }, await readInput(engine, request, input)),
  };
}
