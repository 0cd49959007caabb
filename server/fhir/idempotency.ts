import { createHash } from 'node:crypto';
import type { Principal } from '../access/principal.ts';
import { fault } from '../kernel/fault.ts';
import { claimKey, finishKey, forgetKey } from '../storage/idempotency.ts';
import type { Ctx, Engine } from './engine.ts';
import type { FhirRequest, FhirResponse } from './request.ts';
import { inTransaction } from './write/in-transaction.ts';

const MAX_KEY = 255;

interface Remembered {
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly raw?: { readonly base64: string; readonly contentType: string };
}

/**
 * Runs a POST at most once per Idempotency-Key: a repetition gets the first answer again, marked by
 * `Idempotent-Replayed: true`. Key, data and answer are committed together, so that a crash leaves all or nothing.
 * Draft: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @param isWhole whether `run` is one transaction; default: unless the request is a batch
 * @throws Fault 422 when the key came before with another request, 400 when the key is malformed, 409 while it runs
 */
export async function idempotently(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  run: (ctx: Ctx) => Promise<FhirResponse>,
  isWhole = !isBatch(request),
): Promise<FhirResponse> {
  const key = request.headers.idempotencyKey ?? '';
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > MAX_KEY) {
    throw fault(
      'rest.badIdempotencyKey',
      400,
      'value',
      `An Idempotency-Key has 1 to ${MAX_KEY} printable ASCII characters without spaces.`,
    );
  }
  const hash = requestHash(request);
  const owned = ownKey(ctx.access.principal, key);
  // The entries of a batch stand alone: they cannot share the transaction that would carry the key.
  return isWhole ? atomic(engine, ctx, owned, hash, run) : claimed(ctx, owned, hash, run);
}

/** A key means something to whoever chose it only: nobody else is told the answer, nor that there is one. */
function ownKey({ kind, account, client, fhirUser, patient, scopes }: Principal, key: string): string {
  if (kind === 'server') return key;
  const owner = JSON.stringify([account, client, fhirUser, patient, scopes === undefined ? null : [...scopes].sort()]);
  return createHash('sha256').update(`${owner}\n${key}`).digest('base64url');
}

function isBatch(request: FhirRequest): boolean {
  const { body } = request;
  return (
    request.path.length === 0 &&
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    body.type === 'batch'
  );
}

function atomic(
  engine: Engine,
  ctx: Ctx,
  key: string,
  hash: string,
  run: (ctx: Ctx) => Promise<FhirResponse>,
): Promise<FhirResponse> {
  return inTransaction(engine, ctx, async (inner) => {
    const known = await claimKey(inner.db, ctx.tenant, key, hash, ctx.now());
    if (known !== undefined) return replay(known, hash);
    const answer = await run(inner);
    await finishKey(inner.db, ctx.tenant, key, answer.status, remembered(answer));
    return answer;
  });
}

async function claimed(
  ctx: Ctx,
  key: string,
  hash: string,
  run: (ctx: Ctx) => Promise<FhirResponse>,
): Promise<FhirResponse> {
  const known = await claimKey(ctx.db, ctx.tenant, key, hash, ctx.now());
  if (known !== undefined) return replay(known, hash);
  try {
    const answer = await run(ctx);
    await finishKey(ctx.db, ctx.tenant, key, answer.status, remembered(answer));
    return answer;
  } catch (error) {
    await forgetKey(ctx.db, ctx.tenant, key);
    throw error;
  }
}

function remembered({ headers, text, raw }: FhirResponse): string {
  return JSON.stringify({
    headers,
    ...(text === undefined ? {} : { text }),
    ...(raw === undefined ? {} : { raw: { base64: raw.bytes.toString('base64'), contentType: raw.contentType } }),
  } satisfies Remembered);
}

function replay(
  known: { readonly hash: string; readonly status: number | null; readonly answer: string | null },
  hash: string,
): FhirResponse {
  if (known.hash !== hash) {
    throw fault(
      'rest.idempotencyKeyReused',
      422,
      'business-rule',
      'This Idempotency-Key came with another request before; use a new key for a new request.',
    );
  }
  if (known.status === null || known.answer === null) {
    throw fault(
      'rest.idempotencyInProgress',
      409,
      'conflict',
      'A request with this Idempotency-Key is being processed; try again shortly.',
      undefined,
      {
        headers: { 'Retry-After': '1' },
      },
    );
  }
  const { headers, text, raw } = JSON.parse(known.answer) as Remembered;
  return {
    status: known.status,
    headers: { ...headers, 'Idempotent-Replayed': 'true' },
    ...(text === undefined ? {} : { text }),
    ...(raw === undefined ? {} : { raw: { bytes: Buffer.from(raw.base64, 'base64'), contentType: raw.contentType } }),
  };
}

function requestHash(request: FhirRequest): string {
  const hash = createHash('sha256');
  hash.update(`${request.method} ${request.path.join('/')}?${request.query}\n${request.headers.ifNoneExist ?? ''}\n`);
  if (request.bytes !== undefined) hash.update(request.bytes);
  else hash.update(JSON.stringify(request.body ?? null));
  return hash.digest('hex');
}
