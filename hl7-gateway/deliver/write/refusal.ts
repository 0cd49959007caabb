import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import { listOf } from '../read/read-bundle.ts';

/** Why the server took a transaction not. */
export interface Refusal {
  readonly status: number;
  /** `rest.versionConflict`: https://athanor.health/fhir/CodeSystem/fault */
  readonly code: string;
  /** Place in the Bundle of the entry at fault, where the answer tells. */
  readonly entry: number | undefined;
  /** For people, without what the server quotes. */
  readonly text: string;
  readonly outcome: JsonObject;
}

export function refusalOf(status: number, outcome: JsonObject): Refusal {
  const issues = listOf(outcome.issue).filter(({ severity }) => severity === 'error' || severity === 'fatal');
  const code = issues.map(codeOf).find((each) => each !== undefined) ?? 'unknown';
  const place = issues.flatMap(expressionsOf).map((each) => /^Bundle\.entry\[(\d+)\]/.exec(each)?.[1]);
  const found = place.find((each) => each !== undefined);
  const elements = issues
    .flatMap(expressionsOf)
    .map((each) => each.replace(/^Bundle\.entry\[\d+\]\.?(resource\.?)?/, ''));
  const where = [...new Set(elements)].filter((each) => each !== '').slice(0, 5);
  return {
    status,
    code,
    entry: found === undefined ? undefined : Number(found),
    text: `The server refused it (${status}, ${code})${where.length === 0 ? '' : ` at ${where.join(', ')}`}.`,
    outcome,
  };
}

/** Whether another attempt, on what is stored by then, may go through. */
export function isRace({ status }: Refusal): boolean {
  return status === 409 || status === 412;
}

function codeOf({ details }: JsonObject): string | undefined {
  const codings = isObject(details) ? listOf(details.coding) : [];
  return codings.flatMap(({ code }) => (typeof code === 'string' ? [code] : []))[0];
}

function expressionsOf({ expression }: JsonObject): readonly string[] {
  return (Array.isArray(expression) ? expression : []).filter((each) => typeof each === 'string');
}
