import type { LocalReference } from '../../search/index/row-types.ts';
import { Fault, fault, type Issue } from '../../kernel/fault.ts';
import type { RowCondition } from '../../search/compile/allowed.ts';
import type { RequiredTargets } from '../../storage/required-targets.ts';
import type { Ctx, Engine } from '../engine.ts';
import { allowedOfType } from '../search/allowed-rows.ts';
import type { Prepared } from './prepare.ts';

/** Quotes within a text are escaped, so that this finds properties only. */
const CONDITIONAL = /"reference":"[A-Z][A-Za-z]*\?/;

/**
 * Targets that must exist before `resources` may be written: their literal references into this server, without
 * references to each other.
 * @throws Fault 422 for a reference by search criteria, which only transactions resolve
 * @param known identities that exist for sure (resources of the same Bundle, references of the replaced version)
 */
export function requiredTargets(engine: Engine, resources: readonly Prepared[], known: ReadonlySet<string>): string[] {
  if (!engine.settings.referentialIntegrity) return [];
  const required = new Set<string>();
  for (const { type, body, rows, ref } of resources) {
    // A stored Bundle is a message about resources; nobody resolves what its entries say.
    if (type !== 'Bundle' && CONDITIONAL.test(body)) throw conditionalReference(type);
    for (const { target } of rows.localReferences) {
      if (target !== ref && !known.has(target)) required.add(target);
    }
  }
  // Sorted: rows are locked in this order by every writer.
  return [...required].sort();
}

/**
 * What must be there when `resources` are written: for a writer who may not read everything, and be readable for them.
 * What a Binary is about decides who reads it, so that it counts even where references are not checked.
 * @throws Fault 422 as {@link requiredTargets}
 */
export function targetsOf(
  engine: Engine,
  ctx: Ctx,
  resources: readonly Prepared[],
  known: ReadonlySet<string>,
): RequiredTargets {
  const required = requiredTargets(engine, resources, known);
  if (ctx.access.isUnrestricted) return { refs: required };
  const asked = new Set(required);
  const references = resources.flatMap(({ type, rows }) =>
    rows.localReferences.filter(({ target }) => asked.has(target) || (type === 'Binary' && !known.has(target))),
  );
  const types = [...new Set(references.map(({ type }) => type))].sort();
  const refs = [...new Set(references.map(({ target }) => target))].sort();
  return { refs, allowed: allowedTargets(engine, ctx, types) };
}

/** Composed of what is compiled once for each type; an identity tells its type, so that one type needs no look at it. */
function allowedTargets(engine: Engine, ctx: Ctx, types: readonly string[]): RowCondition | undefined {
  const conditions = types.map((type) => ({ type, holds: allowedOfType(engine, ctx, type, 'read') }));
  if (conditions.length <= 1) return conditions[0]?.holds;
  if (conditions.every(({ holds }) => holds === undefined)) return undefined;
  return (alias, values) => {
    const branches = conditions.map(
      ({ type, holds }) => `when ${engine.definitions.typeId(type)} then ${holds?.(alias, values) ?? 'true'}`,
    );
    return `case ${alias}.type ${branches.join(' ')} else false end`;
  };
}

function conditionalReference(type: string): Fault {
  const text =
    'A conditional reference ([type]?[criteria]) is resolved within a transaction Bundle only; send it in one, or write [type]/[id].';
  return fault('rest.conditionalReference', 422, 'not-supported', text, type);
}

/** 422: a reference points to nothing. */
export function missingReferences(resources: readonly Prepared[], missing: readonly string[]): Fault {
  const targets = new Set(missing);
  const issues: Issue[] = [];
  for (const { rows } of resources) {
    for (const reference of rows.localReferences) {
      if (targets.has(reference.target)) issues.push(missingIssue(reference));
    }
  }
  return new Fault('rest.missingReference', 422, issues.slice(0, 100));
}

function missingIssue(reference: LocalReference): Issue {
  return {
    severity: 'error',
    code: 'not-found',
    text: `${reference.type}/${reference.id} does not exist here. Create it first, send both in one transaction, or refer to it by an absolute URL of another server.`,
    expression: [reference.expression],
  };
}
