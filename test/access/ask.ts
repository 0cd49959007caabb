import type { Access } from '../../server/access/access.ts';
import { NO_TRAIL } from '../../server/fhir/audit-trail.ts';
import type { Ctx, Engine } from '../../server/fhir/engine.ts';
import { outcomeOfFault } from '../../server/fhir/outcome.ts';
import { requestContext } from '../../server/fhir/request-context.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import { route } from '../../server/fhir/router.ts';
import { fhirHeaders } from '../../server/http/fhir-headers.ts';
import { FHIR_BASE, parseTarget } from '../../server/http/request-path.ts';
import { Fault } from '../../server/kernel/fault.ts';
import { parseJson, stringifyJson } from '../../server/kernel/json.ts';

export interface Question {
  readonly method: FhirRequest['method'];
  /** Path and query below the base. */
  readonly url: string;
  readonly body?: object;
  /** Lower case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, or the content of a raw Binary. */
  readonly text: string;
}

/** The request of somebody, from the router on: what HTTP adds tells nothing of resources. */
export async function ask(engine: Engine, access: Access, question: Question): Promise<Reply> {
  const { method, url, body, headers = {} } = question;
  await engine.fresh();
  const { baseUrl } = engine.settings;
  const ctx: Ctx = requestContext(engine, { requestId: 'test', baseUrl, access, audit: NO_TRAIL });
  const accept = [headers.accept ?? 'application/fhir+json'];
  try {
    const { path, query } = parseTarget(`${FHIR_BASE}/${url}`);
    const isForm = method === 'POST' && path.at(-1) === '_search';
    const request: FhirRequest = {
      method,
      path,
      query,
      headers: fhirHeaders(headers, accept, headers['content-type'] ?? 'application/fhir+json'),
      ...(body === undefined || isForm ? {} : { body: parseJson(JSON.stringify(body)) }),
    };
    const { status, headers: answered, text, raw } = await route(engine, ctx, request);
    return { status, headers: answered, text: raw?.bytes.toString() ?? text ?? '' };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { status: error.status, headers: error.headers, text: stringifyJson(outcomeOfFault(error)) };
  }
}
