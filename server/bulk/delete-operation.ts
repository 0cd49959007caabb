import { requireFreshFactor } from '../access/step-up.ts';
import type { AsyncKind } from '../fhir/async/async-works.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import { withAuthority } from '../fhir/operations/with-authority.ts';
import type { FhirResponse } from '../fhir/request.ts';
import type { BulkOptions } from './bulk-options.ts';
import { readDeleteOrder } from './delete-order.ts';
import { runDelete, type DeleteState } from './delete-work.ts';
import { forgetWork } from './forget-work.ts';
import { countsOf, resultOf } from './work-result.ts';
import { startWork } from './start-work.ts';

const QUEUE = 'bulk-delete';

export const bulkDelete: Operation = {
  code: 'bulk-delete',
  definition: 'https://athanor.health/fhir/OperationDefinition/bulk-delete',
  text:
    'For administrators: deletes everything that matches, in the background. Takes _typeFilter (searches such as ' +
    'Patient?active=false), _type (all of a type), dryRun, and limit (default 10000), above which nothing is deleted; ' +
    'needs a fresh second factor.',
  levels: ['system'],
  affectsState: true,
  startsAsync: true,
  async run(engine, ctx, { request }): Promise<FhirResponse> {
    // It counts and deletes also what its caller may not see.
    requireFreshFactor(ctx.access, ctx.now());
    const order = await readDeleteOrder(engine, withAuthority(ctx), request);
    return startWork(engine, ctx, request, QUEUE, {
      ...order,
      types: [...order.types],
      typeFilters: [...order.typeFilters],
    });
  },
};

export function deleteKind(options: BulkOptions): AsyncKind {
  return {
    queue: QUEUE,
    concurrency: 1,
    run: (ctx, work, run) => runDelete(options, ctx, work, run),
    result: (ctx, work) =>
      resultOf(ctx, work, (text) => {
        const { matched, deleted, refused } = JSON.parse(text) as DeleteState;
        return [
          ...countsOf('matched', matched),
          ...countsOf('deleted', deleted),
          { name: 'refused', valueInteger: refused },
        ];
      }),
    forget: (work) => forgetWork(options, work),
  };
}
