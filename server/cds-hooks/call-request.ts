import { Fault, type Issue, type IssueType } from '../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CdsService } from '../sdk/cds-service.ts';
import { contextIssues } from './hook-context.ts';

/** The body of a call. https://cds-hooks.hl7.org/2.0/#http-request_1 */
export interface CallRequest {
  readonly hookInstance: string;
  readonly context: JsonObject;
  /** As it came; values are looked at where templates are known. */
  readonly prefetch: JsonObject;
  readonly fhirServer: string | undefined;
  /** Access token for the FHIR server. */
  readonly token: string | undefined;
}

const INSTANCE = /^[\x21-\x7e]{1,128}$/;
const TOKEN = /^[A-Za-z0-9._~+/=-]{1,4096}$/;

/**
 * Reads the body of a call of a service.
 * @throws Fault 400 with all that is wrong
 */
export function readCall({ hook }: Pick<CdsService, 'hook'>, body: JsonValue): CallRequest {
  if (!isObject(body))
    throw new Fault('cds.badRequest', 400, [issue('structure', 'The body must be a JSON object.', 'http.body')]);
  const { hookInstance, context, prefetch = {}, fhirServer, fhirAuthorization } = body;
  const token = isObject(fhirAuthorization) ? fhirAuthorization.access_token : undefined;
  const issues: Issue[] = [];
  const expect = (isGood: boolean, text: string, expression: string, code: IssueType = 'value'): void => {
    if (!isGood) issues.push(issue(code, text, expression));
  };
  expect(body.hook === hook, `This service is for the hook ${hook}.`, 'hook');
  expect(isText(hookInstance, INSTANCE), 'hookInstance must be a UUID.', 'hookInstance');
  expect(isObject(prefetch), 'prefetch must be an object with a value for each key of the templates.', 'prefetch');
  expect(
    fhirServer === undefined || isUrl(fhirServer),
    'fhirServer must be the base URL of a FHIR server.',
    'fhirServer',
  );
  if (fhirAuthorization !== undefined) {
    const place = 'fhirAuthorization.access_token';
    expect(isText(token, TOKEN), 'fhirAuthorization needs an access_token of the type Bearer.', place);
    expect(
      fhirServer !== undefined,
      'fhirAuthorization needs the fhirServer that it is for.',
      'fhirServer',
      'required',
    );
  }
  if (isObject(context)) issues.push(...contextIssues(hook, context));
  else issues.push(issue('required', 'context must be an object with the fields of the hook.', 'context'));
  if (issues.length > 0 || !isObject(context) || !isObject(prefetch)) throw new Fault('cds.badRequest', 400, issues);
  return {
    hookInstance: String(hookInstance),
    context,
    prefetch,
    fhirServer: typeof fhirServer === 'string' ? fhirServer.replace(/\/$/, '') : undefined,
    token: typeof token === 'string' ? token : undefined,
  };
}

function isText(value: JsonValue | undefined, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isUrl(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
}

function issue(code: IssueType, text: string, expression: string): Issue {
  return { severity: 'error', code, text, expression: [expression] };
}
