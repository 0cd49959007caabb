import type { SearchParam } from '../registry-types.ts';
import type { Filter, TypeBranch } from '../tree.ts';
import { assertFollowable } from './companion-slots.ts';
import { assertReady, badModifier, badParameter } from './search-faults.ts';
import type { Scope } from './search-input.ts';

/** A chain over references to anything fans out over 146 types at every link; this many in one search are compiled. */
const MAX_LINKS = 1000;

/**
 * `subject:Patient.rest` or `subject.rest`: the rest is asked of each type that the reference may point to; types that
 * lack the parameter are left out. Undefined when all of them do, or when `type` has no reference `head`.
 * https://hl7.org/fhir/R4/search.html#chaining
 * @param rest reads what stands behind the dot for a target type; undefined when the type lacks it
 */
export function chainFilter(
  scope: Scope,
  type: string,
  head: string,
  label: string,
  rest: (target: string) => Filter | undefined,
): Filter | undefined {
  const colon = head.indexOf(':');
  const param = scope.registry.param(type, colon === -1 ? head : head.slice(0, colon));
  if (param?.type !== 'reference') return undefined;
  assertReady(param);
  assertFollowable(scope.registry, param, label);
  countLink(scope, param, label);
  const branches: TypeBranch[] = [];
  for (const target of colon === -1 ? param.targets : [typed(param, head.slice(colon + 1), label)]) {
    const filter = rest(target);
    if (filter === undefined) continue;
    branches.push({ type: target, filter });
    countLink(scope, param, label);
  }
  return branches.length === 0 ? undefined : { kind: 'chain', param, branches };
}

/** Dead ends count too: a long chain could try millions of ways before the last link fits none. */
function countLink(scope: Scope, { code, targets }: SearchParam, label: string): void {
  scope.links += 1;
  if (scope.links <= MAX_LINKS) return;
  const text = `The chain leads to too many types; name the type at each link, such as ${code}:${targets[0] ?? 'Patient'}.`;
  throw badParameter(label, text, 'too-costly');
}

function typed(param: SearchParam, type: string, label: string): string {
  if (!param.targets.includes(type)) throw badModifier(label, type, param.targets);
  return type;
}
