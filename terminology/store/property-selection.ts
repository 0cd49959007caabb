import { fault } from '../../server/kernel/fault.ts';
import type { ConceptFilter } from '../code-system.ts';
import { not, type Condition, type Scope, type Selection } from './condition.ts';
import { patternOf } from './pattern.ts';
import type { PropertyKind, ReleaseContent } from './release.ts';

/** Each is one more join to plan: so many parts of a statement. */
const WEIGHT = 30;

/** Concepts by a property that the release defines: `=`, `in`, `not-in`, `regex`, `exists`. */
export function propertySelection(release: ReleaseContent, filter: ConceptFilter): Selection {
  const kind = release.kinds.find(({ code }) => code === filter.property);
  if (kind === undefined) throw unknownProperty(release, filter.property);
  return kind.storage === 'own' ? ownSelection(kind, filter) : rowSelection(kind, filter);
}

function rowSelection(kind: PropertyKind, filter: ConceptFilter): Selection {
  const { op, value } = filter;
  const values = op === '=' ? [value] : value.split(',').map((part) => part.trim());
  switch (op) {
    case '=':
    case 'in':
      return {
        codes: values.map(withoutKind),
        condition: (scope) => anyRow(scope, kind, valueTest(scope, kind, values)),
      };
    case 'not-in':
      return {
        codes: values.map(withoutKind),
        condition: (scope) => not(anyRow(scope, kind, valueTest(scope, kind, values))),
      };
    case 'regex':
      return {
        codes: [],
        condition: (scope) => anyRow(scope, kind, (p) => `${p}.value ~ ${scope.bind(patternOf(value), 'text')}`),
      };
    case 'exists':
      return {
        codes: [],
        condition: (scope) =>
          wanted(
            filter,
            anyRow(scope, kind, () => 'true'),
          ),
      };
    default:
      throw unsupported(filter);
  }
}

function anyRow(scope: Scope, kind: PropertyKind, test: Condition): Condition {
  const p = scope.alias();
  scope.countPart(WEIGHT);
  return (alias) =>
    `${alias}.id in (select ${p}.concept from ${scope.tables.property} ${p} where ${p}.kind = ${kind.id} and (${test(p)}))`;
}

function valueTest(scope: Scope, kind: PropertyKind, values: readonly string[]): Condition {
  if (kind.type === 'integer' || kind.type === 'decimal') {
    const numbers = values.filter((value) => /^-?\d{1,30}(\.\d{1,30})?$/.test(value));
    return (p) => `${p}.number = any(${scope.bind(numbers, 'numeric[]')})`;
  }
  const byValue: Condition = (p) => {
    const bound = scope.bind(values, 'text[]');
    return `left(${p}.value, 200) = any(select left(v, 200) from unnest(${bound}) v) and ${p}.value = any(${bound})`;
  };
  if (kind.type !== 'code' && kind.type !== 'Coding') return byValue;
  const targets = values.map((value) => scope.idOf(withoutKind(value)));
  return (p) => `${p}.target = any('{${targets.join()}}'::integer[]) or ${byValue(p)}`;
}

/** RxNorm names the concepts of relationships `CUI:…`. https://hl7.org/fhir/R4/rxnorm.html#filters */
function withoutKind(value: string): string {
  return value.replace(/^CUI:/, '');
}

function ownSelection(kind: PropertyKind, filter: ConceptFilter): Selection {
  const { op, value } = filter;
  const values = op === '=' ? [value] : value.split(',').map((part) => part.trim());
  const condition = (scope: Scope): Condition => {
    const key = scope.bind(kind.code, 'text');
    const column: Condition = (alias) => `(${alias}.own ->> ${key})`;
    switch (op) {
      case '=':
      case 'in':
        return (alias) => `${column(alias)} = any(${scope.bind(values, 'text[]')})`;
      case 'not-in':
        return (alias) => `coalesce(${column(alias)} <> all(${scope.bind(values, 'text[]')}), true)`;
      case 'regex':
        return (alias) => `${column(alias)} ~ ${scope.bind(patternOf(value), 'text')}`;
      case 'exists':
        return wanted(filter, (alias) => `${column(alias)} is not null`);
      default:
        throw unsupported(filter);
    }
  };
  return { codes: [], condition };
}

function wanted({ property, value }: ConceptFilter, condition: Condition): Condition {
  if (value === 'true') return condition;
  if (value === 'false') return not(condition);
  throw fault(
    'terminology.filter',
    422,
    'not-supported',
    `The filter "${property}" "exists" takes the value true or false, not "${value}".`,
  );
}

function unsupported({ property, op }: ConceptFilter): Error {
  return fault(
    'terminology.filter',
    422,
    'not-supported',
    `The property "${property}" has no filter "${op}"; it has =, in, not-in, regex, exists.`,
  );
}

function unknownProperty(release: ReleaseContent, property: string): Error {
  const known = ['concept', 'parent', 'child', 'display', 'inactive', ...release.kinds.map(({ code }) => code)];
  const shown = known.length > 40 ? `${known.slice(0, 40).join(', ')}, …` : known.join(', ');
  return fault(
    'terminology.filter',
    422,
    'not-supported',
    `The code system has no property "${property}" to filter by; it has ${shown}.`,
  );
}
