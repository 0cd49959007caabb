import { fault } from '../../kernel/fault.ts';
import type { Ctx, Engine } from '../engine.ts';
import { readQuery } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import type { AsyncWorks } from './async-works.ts';

/** `GET [base]/_async/ID` */
export async function asyncStatus(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  readQuery(request, []);
  return worksOf(engine).status(ctx, request.path[1] ?? '');
}

/** `DELETE [base]/_async/ID` */
export async function asyncCancel(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  readQuery(request, []);
  return worksOf(engine).cancel(ctx, request.path[1] ?? '');
}

function worksOf({ asyncWorks }: Engine): AsyncWorks {
  if (asyncWorks !== undefined) return asyncWorks;
  throw fault('async.off', 501, 'not-supported', 'This server carries nothing out asynchronously.');
}
