import { fault } from '../../kernel/fault.ts';
import type { SearchRegistry } from '../../search/registry-types.ts';
import type { Ctx, Engine } from '../engine.ts';
import { readQuery, single } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import type { Route } from '../route.ts';
import { capabilityStatement } from './statement.ts';
import { terminologyMetadata } from './terminology-metadata.ts';

/** A megabyte of text, made once per set of search parameters; it ends before its last brace. */
const statements = new WeakMap<SearchRegistry, string>();

/** `GET [base]/metadata`. https://hl7.org/fhir/R4/http.html#capabilities */
export async function capabilities(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  routes: readonly Route[],
): Promise<FhirResponse> {
  const mode = single(readQuery(request, ['mode']), 'mode') ?? 'full';
  if (mode === 'terminology') return terminologyMetadata(engine, ctx);
  if (mode !== 'full') {
    throw fault(
      'metadata.badMode',
      400,
      'not-supported',
      `mode must be full or terminology; "${mode.slice(0, 64)}" is not supported.`,
    );
  }
  let text = statements.get(engine.registry);
  if (text === undefined) {
    text = JSON.stringify(capabilityStatement(engine, routes, ctx.now())).slice(0, -1);
    statements.set(engine.registry, text);
  }
  const implementation = { description: 'Athanor FHIR server', url: ctx.baseUrl };
  return { status: 200, headers: {}, text: `${text},"implementation":${JSON.stringify(implementation)}}` };
}
