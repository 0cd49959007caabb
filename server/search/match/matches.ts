import type { JsonObject } from '../../kernel/json.ts';
import type { Condition } from '../compile/condition.ts';
import { presence } from '../compile/missing.ts';
import { referenceConditions } from '../compile/reference.ts';
import { createScope, type CompileContext, type Scope } from '../compile/scope.ts';
import { tokenConditions } from '../compile/token.ts';
import { uriConditions } from '../compile/uri.ts';
import type { IndexRows } from '../index/row-types.ts';
import type { SearchParam } from '../registry-types.ts';
import type { Filter, ParamFilter, ReferenceTest, TokenTest, ValueTest } from '../tree.ts';
import { isInCompartment } from './compartment.ts';
import { dateMatches } from './date.ts';
import { quantityMatches } from './quantity.ts';
import { stringMatches } from './string.ts';

/** A resource with its index rows: what the database would hold of it. */
export interface IndexedResource {
  readonly type: string;
  /** Undefined: it has none yet. */
  readonly id: string | undefined;
  readonly rows: IndexRows;
  /** Whether it is a Binary with securityContext. */
  readonly hasContext: boolean;
}

export function indexedResource(resource: JsonObject, id: string | undefined, rows: IndexRows): IndexedResource {
  const type = String(resource.resourceType);
  return { type, id, rows, hasContext: type === 'Binary' && resource.securityContext !== undefined };
}

/**
 * Whether a filter holds for a resource at hand. Tokens and references are looked for among its index rows under the keys
 * that the compiler would look up in the database, so that both answer alike.
 * @throws RangeError for what the resource alone does not decide (chains, `_has`, lists, hierarchies) or what only the
 * database compares (words of texts, `:below` of uris, positions, composites)
 */
export function matches(context: CompileContext, filter: Filter, resource: IndexedResource): boolean {
  return holds(context, filter, resource);
}

function holds(context: CompileContext, filter: Filter, resource: IndexedResource): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((part) => holds(context, part, resource));
    case 'or':
      return filter.filters.some((part) => holds(context, part, resource));
    case 'not':
      return !holds(context, filter.filter, resource);
    case 'type': {
      const branch = filter.branches.find(({ type }) => type === resource.type);
      return branch !== undefined && holds(context, branch.filter, resource);
    }
    case 'id':
      return resource.id !== undefined && filter.ids.includes(resource.id);
    case 'no-context':
      return !resource.hasContext;
    case 'compartment':
      return isInCompartment(context, filter, resource);
    case 'missing':
      return filter.isMissing !== isPresent(filter.param, resource.rows);
    case 'param':
      return filter.negated !== hasValue(context, filter, resource.rows);
    default:
      throw new RangeError(`a ${filter.kind} filter is not decided by one resource`);
  }
}

function hasBit(present: Uint8Array, bit: number): boolean {
  return ((present[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

function isPresent(param: SearchParam, { present }: IndexRows): boolean {
  return presence(param).some((bits) => bits.every((bit) => hasBit(present, bit)));
}

function hasValue(context: CompileContext, { param, tests, isRare }: ParamFilter, rows: IndexRows): boolean {
  if (isRare === true && !isPresent(param, rows)) return false;
  const scope = createScope(context, 'nested');
  return tests.some((test) => testHolds(scope, param, test, rows));
}

function testHolds(scope: Scope, param: SearchParam, test: ValueTest, rows: IndexRows): boolean {
  switch (test.is) {
    case 'token':
      return tokenConditions(scope, param, [test satisfies TokenTest]).some((condition) => hasRow(condition, rows));
    case 'reference':
      if (test.hierarchy !== undefined) break;
      return referenceConditions(scope, param, [test satisfies ReferenceTest], undecided).some((condition) =>
        hasRow(condition, rows),
      );
    case 'date':
      return dateMatches(scope, param, test, rows.dates);
    case 'string':
      return stringMatches(scope, param, test, rows.strings);
    case 'number':
    case 'quantity':
      return quantityMatches(scope, param, test, rows.quantities);
    case 'uri':
      // Which texts begin with it, only the database knows.
      if (test.mode === 'below') break;
      return uriConditions(scope, param, [test]).some((condition) => hasRow(condition, rows));
    default:
  }
  throw new RangeError(`a ${test.is} test is not decided by one resource`);
}

function hasRow(condition: Condition, rows: IndexRows): boolean {
  if (condition.kind === 'system') {
    const { system } = condition;
    const [from, to] = [BigInt(condition.from), BigInt(condition.to)];
    return rows.tokens.some((row) => {
      const key = BigInt(row.key);
      return key >= from && key <= to && (system === undefined || row.system === system);
    });
  }
  if (condition.kind !== 'keys' || typeof condition.entries === 'string') {
    throw new RangeError(`a ${condition.kind} condition is not decided by one resource`);
  }
  const isToken = condition.table === 'ix_token';
  return condition.entries.some(({ key, detail }) =>
    isToken
      ? rows.tokens.some((row) => row.key === key && (detail === undefined || row.system === detail))
      : rows.refs.some((row) => row.key === key && (detail === undefined || row.target === detail)),
  );
}

/** Only hierarchies look at further resources. */
function undecided(): never {
  throw new RangeError('other resources are not at hand');
}
