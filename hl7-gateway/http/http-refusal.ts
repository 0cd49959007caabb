/** Kinds of refusals, as OperationOutcomes name them. http://hl7.org/fhir/R4/valueset-issue-type.html */
export type RefusalCode =
  | 'invalid'
  | 'structure'
  | 'too-long'
  | 'login'
  | 'forbidden'
  | 'not-found'
  | 'not-supported'
  | 'conflict'
  | 'throttled'
  | 'timeout'
  | 'transient'
  | 'exception';

/** What a route throws to answer with an OperationOutcome. Its message is read by the client: no word of patients, addresses or secrets in it. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  readonly code: RefusalCode;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: RefusalCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * HEAD is answered like GET, without the body.
 * @throws HttpRefusal 405 when the request's method is none of those
 */
export function onlyMethods(method: string | undefined, ...allowed: readonly string[]): void {
  if (allowed.includes(method ?? '') || (method === 'HEAD' && allowed.includes('GET'))) return;
  const allow = allowed.includes('GET') ? ['HEAD', ...allowed] : allowed;
  throw new HttpRefusal(405, 'not-supported', `This address takes ${allow.join(', ')}.`, { Allow: allow.join(', ') });
}
