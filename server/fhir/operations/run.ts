import { fault } from '../../kernel/fault.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { expectId } from '../write/prepare.ts';
import type { OperationLevel } from './operation.ts';
import { operationsAt } from './table.ts';

const LEVELS: readonly OperationLevel[] = ['system', 'type', 'instance'];

/**
 * `[base]/$x`, `[base]/[type]/$x`, `[base]/[type]/[id]/$x`. https://hl7.org/fhir/R4/operations.html
 * @throws Fault 404 that lists the operations that exist there, 405 for GET of one that changes something
 */
export async function runOperation(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const { path } = request;
  const code = path.at(-1)?.slice(1) ?? '';
  const level = LEVELS[path.length - 1] ?? 'instance';
  const type = level === 'system' ? undefined : path[0];
  const known = operationsAt(engine.operations, level, type).filter(
    ({ isEnabled }) => isEnabled === undefined || isEnabled(ctx.tenant),
  );
  const operation = known.find((candidate) => candidate.code === code);
  if (operation === undefined) {
    const place = level === 'system' ? 'on the system' : level === 'type' ? `on ${type}` : `on one ${type}`;
    const names = known.map((candidate) => `$${candidate.code}`).join(', ');
    throw fault(
      'operation.unknown',
      404,
      'not-supported',
      `There is no operation "$${code.slice(0, 64)}" ${place}; there are ${names}.`,
    );
  }
  if (operation.affectsState && request.method !== 'POST') {
    throw fault(
      'rest.methodNotAllowed',
      405,
      'not-supported',
      `$${code} changes something, so it takes POST only.`,
      undefined,
      { headers: { Allow: 'POST' } },
    );
  }
  if (!ctx.access.mayCall(code, type)) {
    throw fault('access.operationRefused', 403, 'forbidden', `You may not call $${code} here.`);
  }
  const id = level === 'instance' ? expectId(path[1] ?? '', `${type}.id`) : undefined;
  return operation.run(engine, ctx, { request, type, id });
}
