import { Fault, type Issue } from '../kernel/fault.ts';
import { isObject } from '../kernel/json.ts';
import { placeInJson } from '../kernel/json-place.ts';
import type { FhirRequest } from './request.ts';

/** Characters that are scanned for one answer at most: a large body has only its first issues located. */
const MAX_SCANNED = 8_000_000;

/**
 * Issues with line and column in the JSON body of the request, where they say an element and not yet a place.
 * @param root where in the body the resource stands that the expressions start from: `Parameters.parameter[0].resource`
 */
export function locateIssues(issues: readonly Issue[], request: FhirRequest, root?: string): readonly Issue[] {
  const { bytes, headers, body } = request;
  if (bytes === undefined || body === undefined || headers.contentType?.includes('json') !== true) return issues;
  const text = bytes.toString('utf8');
  let left = MAX_SCANNED;
  return issues.map((issue) => {
    const [expression] = issue.expression ?? [];
    if (expression === undefined || issue.line !== undefined || !/^[A-Z]/.test(expression)) return issue;
    // An expression may start from a resource within the body, whose place nobody says.
    if (root === undefined && isObject(body) && expression.split('.', 1)[0] !== body.resourceType) return issue;
    if (left < text.length) return issue;
    left -= text.length;
    return { ...issue, ...placeInJson(text, root === undefined ? expression : below(root, expression)) };
  });
}

/** The fault with places in the body; a patch names elements of the resource that it changes, not of itself. */
export function locateFault(error: Fault, request: FhirRequest): Fault {
  if (request.method === 'PATCH') return error;
  const issues = locateIssues(error.issues, request);
  return new Fault(error.code, error.status, issues, { cause: error.cause, headers: error.headers });
}

function below(root: string, expression: string): string {
  return root + expression.replace(/^[A-Za-z]+/, '');
}
