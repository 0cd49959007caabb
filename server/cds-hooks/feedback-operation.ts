import { fault } from '../kernel/fault.ts';
import { primitiveInput } from '../fhir/operations/input.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import { single, timeOf } from '../fhir/query.ts';
import { countFeedback, listFeedback, type StoredFeedback } from './feedback-store.ts';

const DEFAULT_COUNT = 100;
const MAX_COUNT = 1000;

export const cdsFeedback: Operation = {
  code: 'cds-feedback',
  definition: 'https://athanor.health/fhir/OperationDefinition/cds-feedback',
  text:
    'What became of the cards of CDS services: how often each service was accepted and overridden, and the feedback, ' +
    'newest first. Takes service, outcome (accepted or overridden), since (a time) and _count (at most 1000).',
  levels: ['system'],
  affectsState: false,
  async run(_engine, ctx, { request }) {
    const input = primitiveInput(request, ['service', 'outcome', 'since', '_count']);
    const outcome = single(input, 'outcome');
    if (outcome !== undefined && outcome !== 'accepted' && outcome !== 'overridden') {
      throw fault('cds.badOutcome', 400, 'value', 'outcome must be accepted or overridden.', 'http.outcome');
    }
    const since = timeOf(input, 'since')?.low ?? 0;
    const filter = { service: single(input, 'service'), outcome, since, limit: limitOf(single(input, '_count')) };
    const counts = await countFeedback(ctx.db, ctx.tenant, since);
    const listed = await listFeedback(ctx.db, ctx.tenant, filter);
    const parameter = [
      ...counts.map(({ service, accepted, overridden }) => ({
        name: 'summary',
        part: [
          { name: 'service', valueString: service },
          { name: 'accepted', valueInteger: accepted },
          { name: 'overridden', valueInteger: overridden },
        ],
      })),
      ...listed.map(feedbackParameter),
    ];
    const body = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
    return { status: 200, headers: {}, text: JSON.stringify(body) };
  },
};

function limitOf(text: string | undefined): number {
  const limit = text === undefined ? DEFAULT_COUNT : /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (limit >= 1) return Math.min(limit, MAX_COUNT);
  throw fault('cds.badCount', 400, 'value', `_count must be a number from 1 to ${MAX_COUNT}.`, 'http._count');
}

function feedbackParameter({
  service,
  card,
  outcome,
  at,
  suggestions,
  reason,
  comment,
  client,
}: StoredFeedback): object {
  return {
    name: 'feedback',
    part: [
      { name: 'service', valueString: service },
      { name: 'card', valueString: card },
      { name: 'outcome', valueCode: outcome },
      { name: 'at', valueInstant: new Date(at).toISOString() },
      ...suggestions.map((id) => ({ name: 'suggestion', valueString: id })),
      ...(reason === undefined ? [] : [{ name: 'reason', valueCoding: reason }]),
      ...(comment === undefined ? [] : [{ name: 'comment', valueString: comment }]),
      { name: 'client', valueString: client },
    ],
  };
}
