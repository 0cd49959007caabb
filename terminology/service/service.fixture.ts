import { createCanonicals } from '../../server/definitions/canonical-index.ts';
import { CANONICAL_TYPES, type Canonicals } from '../../server/definitions/canonicals.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystemSource } from '../code-system.ts';
import { objectAt, objectsAt, textAt, valueOf } from '../resource/elements.ts';
import { createTerminology, type TerminologyService } from './terminology.ts';

let versions = 0;

export function canonicalsOf(resources: readonly JsonObject[]): Canonicals {
  versions += 1;
  const entries = resources.flatMap((resource) => {
    const type = CANONICAL_TYPES.find((candidate) => candidate === resource.resourceType);
    const url = textAt(resource, 'url');
    if (type === undefined || url === undefined) return [];
    return [
      { type, url, version: textAt(resource, 'version'), status: textAt(resource, 'status'), load: () => resource },
    ];
  });
  return createCanonicals(versions, entries);
}

export function serviceOver(
  resources: readonly JsonObject[],
  sources: readonly CodeSystemSource[] = [],
  expansionLimit = 1000,
): TerminologyService {
  const canonicals = canonicalsOf(resources);
  return createTerminology({ canonicals: () => canonicals, sources, expansionLimit });
}

export const VS = 'http://clinic.example.org/ValueSet';

export function valueSet(name: string, compose: JsonObject, more: JsonObject = {}): JsonObject {
  return { resourceType: 'ValueSet', url: `${VS}/${name}`, version: '1', status: 'active', compose, ...more };
}

/** Codes of an expansion, children in brackets after their parent. */
export function codesOf(expanded: JsonObject): readonly string[] {
  const written = (item: JsonObject): string => {
    const children = objectsAt(item, 'contains').map(written);
    return `${textAt(item, 'code') ?? ''}${children.length === 0 ? '' : `(${children.join(' ')})`}`;
  };
  return objectsAt(objectAt(expanded, 'expansion'), 'contains').map(written);
}

/** The value of an output parameter. */
export function output(parameters: JsonObject, name: string): JsonObject[string] {
  const parameter = objectsAt(parameters, 'parameter').find((each) => each.name === name);
  return parameter === undefined ? undefined : (valueOf(parameter)?.value ?? parameter.resource);
}

/** Severity, kind, place and text of each issue. */
export function issuesOf(parameters: JsonObject): readonly string[] {
  const issues = output(parameters, 'issues');
  if (typeof issues !== 'object' || issues === null || Array.isArray(issues)) return [];
  return objectsAt(issues, 'issue').map((issue) => {
    const details = objectAt(issue, 'details');
    const [expression] = Array.isArray(issue.expression) ? issue.expression : [];
    return [
      textAt(issue, 'severity'),
      textAt(objectsAt(details, 'coding')[0], 'code'),
      expression,
      textAt(details, 'text'),
    ].join(' | ');
  });
}
