import { stringifyJson } from '../../kernel/json.ts';
import type { Ctx, Engine } from '../engine.ts';
import { EXPAND_INPUTS } from '../operations/terminology/expand.ts';
import type { FhirResponse } from '../request.ts';

/** `GET [base]/metadata?mode=terminology`. https://hl7.org/fhir/R4/terminology-service.html#4.6.2 */
export async function terminologyMetadata(engine: Engine, ctx: Ctx): Promise<FhirResponse> {
  const { version } = engine.settings;
  const statement = {
    ...(await engine.terminology.capabilities(Object.keys(EXPAND_INPUTS))),
    version,
    date: new Date(ctx.now()).toISOString(),
    software: { name: 'Athanor', version },
    implementation: { description: 'Athanor FHIR server', url: ctx.baseUrl },
  };
  return { status: 200, headers: {}, text: stringifyJson(statement) };
}
