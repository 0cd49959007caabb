import type { Ctx } from '../../fhir/engine.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { flag } from '../../fhir/operations/input.ts';
import { auditConditions, MAX_TIME, readAudit } from '../../storage/audit-read.ts';
import { recordOf, type AuditRecord } from '../render/render-event.ts';
import { agentNames } from './agent-names.ts';
import { expectScope } from './expect-scope.ts';
import { instant, readReport, reportAnswer, text, type Parameter } from './report-input.ts';

/** Longest that a glass stays open, and longer; ms. */
const OPEN = 3_600_000;
const MOST_ACCESSES = 1000;

export const breakGlassReview: Operation = {
  code: 'break-glass-review',
  definition: 'https://athanor.health/fhir/OperationDefinition/break-glass-review',
  text:
    'Each time that somebody opened a record in an emergency: who, whose, what they did with it then, and whether it was ' +
    'signed off. Takes start, end, _count, open (true: only what is not signed off).',
  levels: ['system'],
  affectsState: false,
  async run(engine, ctx, call) {
    expectScope(ctx, undefined);
    const { records, next, input } = await readReport(
      engine,
      ctx,
      call,
      'all',
      (conditions) => {
        conditions.about(['$break-glass']);
        conditions.add(() => `kind = 'rest' and interaction = '$break-glass' and outcome = 0`);
      },
      ['open'],
    );
    ctx.audit.note({ action: 'E', interaction: '$break-glass-review' });
    const reviews = await reviewsOf(ctx, records);
    const shown = flag(input, 'open') ? records.filter(({ id }) => !reviews.has(id)) : records;
    const names = await agentNames(
      engine,
      ctx,
      shown.map(({ who }) => who.user),
    );
    const parts: Parameter[] = [];
    for (const record of shown) parts.push(await opening(ctx, record, reviews.get(record.id), names));
    return reportAnswer(parts, next);
  },
};

async function opening(
  ctx: Ctx,
  { id, recorded, who, agent, patients }: AuditRecord,
  review: AuditRecord | undefined,
  names: ReadonlyMap<string, string>,
): Promise<Parameter> {
  const [patient = ''] = patients;
  const conditions = auditConditions(ctx.tenant);
  conditions.within(recorded + 1, recorded + OPEN);
  conditions.about([agent]);
  conditions.about([patient]);
  conditions.add((place) => `agent = ${place(agent)} and patients @> array[${place(patient)}::text] and outcome = 0`);
  const accesses = (await readAudit(ctx.db, conditions, MOST_ACCESSES)).map(recordOf);
  const under = accesses.filter((each) => each.who.brokenGlass !== undefined);
  const display = who.user === undefined ? undefined : names.get(who.user);
  return {
    name: 'opening',
    part: [
      { name: 'event', valueString: id },
      instant('when', recorded),
      { name: 'agent', valueReference: { reference: agent, ...(display === undefined ? {} : { display }) } },
      { name: 'patient', valueReference: { reference: patient } },
      { name: 'accesses', valueInteger: under.length },
      ...(review === undefined ? [] : [signOff(review)]),
    ],
  };
}

function signOff({ recorded, agent, detail }: AuditRecord): Parameter {
  return {
    name: 'signOff',
    part: [
      instant('when', recorded),
      { name: 'reviewer', valueReference: { reference: agent } },
      ...text('verdict', detail.facts?.verdict?.toString()),
      ...text('comment', detail.text),
    ],
  };
}

/** The latest review of each opening, by its event. */
async function reviewsOf(ctx: Ctx, records: readonly AuditRecord[]): Promise<ReadonlyMap<string, AuditRecord>> {
  const reviews = new Map<string, AuditRecord>();
  const oldest = records.at(-1);
  if (oldest === undefined) return reviews;
  const conditions = auditConditions(ctx.tenant);
  conditions.within(oldest.recorded, MAX_TIME);
  conditions.about(['review']);
  conditions.add(() => `kind = 'review'`);
  conditions.add(
    (place) => `detail::jsonb -> 'facts' ->> 'event' = any(${place(records.map(({ id }) => id))}::text[])`,
  );
  for (const review of (await readAudit(ctx.db, conditions, MOST_ACCESSES)).map(recordOf)) {
    const event = String(review.detail.facts?.event);
    if (!reviews.has(event)) reviews.set(event, review);
  }
  return reviews;
}
