import { fault } from '../../kernel/fault.ts';
import { isHeld, releaseHold, setHold } from '../../protection/legal-hold.ts';
import type { Ctx, Engine } from '../engine.ts';
import { visibleResource } from '../interactions/visible.ts';
import { single } from '../query.ts';
import type { FhirResponse } from '../request.ts';
import { flag, primitiveInput } from './input.ts';
import type { Operation, OperationCall } from './operation.ts';

const MAX_REASON = 1000;

export const legalHold: Operation = {
  code: 'legal-hold',
  definition: 'https://athanor.health/fhir/OperationDefinition/legal-hold',
  text: 'For administrators: with hold=true and a reason nothing of the record can be erased, until hold=false.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: true,
  run,
};

async function run(engine: Engine, ctx: Ctx, { request, id = '' }: OperationCall): Promise<FhirResponse> {
  const input = primitiveInput(request, ['hold', 'reason']);
  if (single(input, 'hold') === undefined) {
    throw fault('operation.holdMissing', 400, 'required', 'hold must be true or false.');
  }
  const hold = flag(input, 'hold');
  const reason = (single(input, 'reason') ?? '').trim();
  if (hold && (reason === '' || reason.length > MAX_REASON)) {
    const text = `reason must say in 1 to ${MAX_REASON} characters why the record must be kept.`;
    throw fault('operation.holdReason', 400, 'required', text);
  }
  await visibleResource(engine, ctx, '$legal-hold', 'Patient', id);
  const { fhirUser, account, client, kind } = ctx.access.principal;
  const setBy = fhirUser ?? account ?? client ?? kind;
  if (hold) await setHold(ctx.db, ctx.tenant, id, { reason, setBy, since: ctx.now() });
  else await releaseHold(ctx.db, ctx.tenant, id);
  const parameter = [{ name: 'hold', valueBoolean: await isHeld(ctx.db, ctx.tenant, id) }];
  return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}
