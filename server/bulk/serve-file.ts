import { createGunzip } from 'node:zlib';
import { pipeline, type Readable } from 'node:stream';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { readQuery } from '../fhir/query.ts';
import type { FhirRequest, FhirResponse } from '../fhir/request.ts';
import { ownerOf } from '../jobs/async/owner.ts';
import { fault } from '../kernel/fault.ts';
import type { OutputStore } from './stores/output-store.ts';
import { readFile, readWork } from './work-table.ts';

const NDJSON = 'application/fhir+ndjson';
const PARQUET = 'application/vnd.apache.parquet';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `GET [base]/_bulk/WORK/FILE`: a file for whoever started the work, as long as the work's result is there.
 * https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-output-file-request
 * @throws Fault 404, also for everybody else
 */
export async function serveFile(
  engine: Engine,
  store: OutputStore,
  ctx: Ctx,
  request: FhirRequest,
): Promise<FhirResponse> {
  readQuery(request, []);
  const [, work = '', name = ''] = request.path;
  const found = UUID.test(work) ? await readWork(ctx.db, ctx.tenant, work) : undefined;
  if (found?.owner !== ownerOf(ctx.access.principal)) throw unknown();
  // Refuses, too, when the time of the result is over.
  const status = await engine.asyncWorks?.status(ctx, work);
  const file = await readFile(ctx.db, ctx.tenant, work, name);
  if (status?.status !== 200 || file?.state !== 'stored') throw unknown();
  const expires = status.headers.Expires;
  const isParquet = name.endsWith('.parquet');
  const isPacked = !isParquet && request.headers.acceptsGzip === true;
  ctx.audit.note({ action: 'R', interaction: 'bulk-file', query: `${work}/${name}` });
  return {
    status: 200,
    headers: {
      'Content-Type': isParquet ? PARQUET : NDJSON,
      ...(isPacked ? { 'Content-Encoding': 'gzip' } : {}),
      ...(isParquet || isPacked ? { 'Content-Length': String(file.size) } : {}),
      ...(isParquet ? {} : { Vary: 'Accept-Encoding' }),
      ...(expires === undefined ? {} : { Expires: expires }),
    },
    stream: () => {
      const bytes = store.open(work, name);
      return isParquet || isPacked ? bytes : unpacked(bytes);
    },
  };
}

function unpacked(bytes: Readable): Readable {
  return pipeline(bytes, createGunzip(), () => undefined);
}

function unknown(): Error {
  return fault('bulk.noFile', 404, 'not-found', 'There is no such file, or it is past its time.');
}
