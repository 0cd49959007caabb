import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { readQuery, single } from '../../fhir/query.ts';
import { fault } from '../../kernel/fault.ts';
import { auditConditions, readAudit, timeOfId } from '../../storage/audit-read.ts';
import type { AuditLog } from '../audit-log.ts';
import { whoDetailOf, whoIs } from '../who.ts';
import { expectScope } from './expect-scope.ts';

const VERDICTS = ['justified', 'unjustified'];
const MAX_COMMENT = 1000;

/** @param log reviews are events of the trail themselves */
export function breakGlassSignOff(log: AuditLog): Operation {
  return {
    code: 'break-glass-sign-off',
    definition: 'https://athanor.health/fhir/OperationDefinition/break-glass-sign-off',
    text: 'Signs off the opening of a record in an emergency. Takes event (of $break-glass-review), verdict (justified or unjustified) and comment.',
    levels: ['system'],
    affectsState: true,
    async run(_engine, ctx, { request }) {
      readQuery(request, []);
      expectScope(ctx, undefined);
      const input = primitiveInput(request, ['event', 'verdict', 'comment']);
      const [event = '', verdict = '', comment = ''] = ['event', 'verdict', 'comment'].map((name) =>
        single(input, name),
      );
      if (!VERDICTS.includes(verdict) || comment.length > MAX_COMMENT) {
        const text = `verdict is ${VERDICTS.join(' or ')}; comment has ${MAX_COMMENT} characters at most.`;
        throw fault('operation.badReview', 400, 'value', text);
      }
      const conditions = auditConditions(ctx.tenant);
      const recorded = timeOfId(event) ?? 0;
      conditions.within(recorded, recorded + 1);
      conditions.add((place) => `id::text = ${place(event)}`);
      conditions.about(['$break-glass']);
      conditions.add(() => `interaction = '$break-glass' and outcome = 0`);
      const [opening] = await readAudit(ctx.db, conditions, 1);
      if (opening === undefined) {
        throw fault('rest.notFound', 404, 'not-found', 'event names no opening; $break-glass-review lists them.');
      }
      if (opening.agent === whoIs(ctx.access.principal).agent) {
        throw fault('operation.ownReview', 403, 'forbidden', 'Somebody else must review what you opened.');
      }
      await log.record({
        kind: 'review',
        interaction: 'break-glass-sign-off',
        outcome: 'success',
        tenant: ctx.tenant,
        who: whoDetailOf(ctx.access.principal),
        requestId: ctx.requestId,
        patients: opening.patients ?? [],
        text: comment,
        facts: { event, verdict },
      });
      return { status: 204, headers: {} };
    },
  };
}
