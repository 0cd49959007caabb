import type { SearchParameterDef } from '../../definitions/definitions.ts';
import type { SlotKind } from '../registry-types.ts';
import { acceptedTypes, slotKind } from './accepted-types.ts';
import { pathText, simplePath, type SimplePath, type Step } from './member.ts';
import { impliedSystem, pathUses, type Scope } from './path-uses.ts';
import type { ComponentPlan, CompositePlanPlan, ParamPlan } from './plan-types.ts';
import { staticType } from './static-type.ts';
import { membersFor, splitUnion } from './union.ts';

export interface Component {
  readonly definition: SearchParameterDef;
  readonly kind: SlotKind;
  readonly expression: string;
}

const ROOT = '%resource.';

/** One way of answering per member of the composite's expression. https://hl7.org/fhir/R4/search.html#composite */
export function compositePlans(
  scope: Scope,
  expression: string,
  components: readonly Component[],
): CompositePlanPlan[] {
  return membersFor(expression, scope.types).flatMap((member) => {
    const context = simplePath(member, scope.types);
    const found = context && staticType(scope.definitions, scope.resourceType, context.steps);
    if (found === undefined) return [];
    const fit = components.map((component) => fitting(scope, found.steps, component, components));
    const plan = found.isSingle
      ? conjunction(scope, found.steps, fit)
      : occurrences(scope, found.steps, found.types[0]?.code ?? '', fit);
    return plan === undefined ? [] : [plan];
  });
}

/** Components of an element that occurs once: each has its own slot anyway. */
function conjunction(
  scope: Scope,
  context: readonly Step[],
  components: readonly Component[],
): CompositePlanPlan | undefined {
  const parts = components.map(({ definition, kind, expression }): ParamPlan | undefined => {
    const paths = componentPaths(context, expression);
    const members = paths.map((path) => pathUses(scope, path, kind)).filter((member) => member !== undefined);
    if (members.length === 0) return undefined;
    const implied = members[0]?.impliedSystem;
    return {
      ...part(definition, implied),
      uses: members.flatMap((member) => member.uses),
      targets: members.flatMap((member) => member.targets),
    };
  });
  const complete = parts.filter((candidate) => candidate !== undefined);
  return complete.length === components.length ? { kind: 'and', parts: complete } : undefined;
}

function componentPaths(context: readonly Step[], expression: string): SimplePath[] {
  return splitUnion(expression).flatMap((member) => {
    const isRoot = member.startsWith(ROOT);
    const path = simplePath(isRoot ? member.slice(ROOT.length) : member, []);
    return path === undefined ? [] : [{ ...path, steps: isRoot ? path.steps : [...context, ...path.steps] }];
  });
}

/** Rows of their own for an element that repeats, because the parts must meet in one occurrence. */
function occurrences(
  scope: Scope,
  context: readonly Step[],
  contextType: string,
  components: readonly Component[],
): CompositePlanPlan | undefined {
  const plans: ComponentPlan[] = [];
  const names: string[] = [];
  for (const { kind, expression } of components) {
    const fromRoot = expression.startsWith(ROOT);
    const expressions: string[] = [];
    let implied: string | undefined;
    for (const member of splitUnion(fromRoot ? expression.slice(ROOT.length) : expression)) {
      const path = simplePath(member, []);
      const found = path && staticType(scope.definitions, fromRoot ? scope.resourceType : contextType, path.steps);
      if (found === undefined || !found.types.some((type) => acceptedTypes(kind).has(type.code))) continue;
      expressions.push(pathText(found.steps));
      implied = impliedSystem(scope.definitions, found);
    }
    if (expressions.length === 0) return undefined;
    names.push(expressions.join('|'));
    plans.push({ kind, expressions, fromRoot, ...(implied === undefined ? {} : { impliedSystem: implied }) });
  }
  const text = pathText(context);
  const last = plans.at(-1)?.kind;
  if (last === undefined || !isPossible(plans)) return undefined;
  const slot = scope.slots.composite(`${text}#${names.join('$')}`, last, {
    from: 'composite',
    context: `${scope.resourceType}.${text}`,
    contextType,
    components: plans,
  });
  const parts = components.map(({ definition }, index) => part(definition, plans[index]?.impliedSystem));
  return { kind: 'rows', slot, parts };
}

/** Tokens are hashed into the key, one value (or two numbers) stands in the row's columns. */
function isPossible(plans: readonly ComponentPlan[]): boolean {
  const kinds = plans.map((plan) => plan.kind);
  const columns = kinds.slice(0, -1).findIndex((kind) => kind !== 'token');
  return columns === -1 || (columns === kinds.length - 2 && kinds[columns] === 'number' && kinds.at(-1) === 'number');
}

/**
 * The definition whose type fits what the expression leads to: R4's DocumentReference-relationship names its two
 * components the wrong way round.
 */
function fitting(scope: Scope, context: readonly Step[], component: Component, all: readonly Component[]): Component {
  const isFit = ({ kind }: Component): boolean =>
    componentPaths(context, component.expression).some((path) => canIndex(scope, path, kind));
  const fit = isFit(component) ? component : all.find(isFit);
  return fit === undefined ? component : { ...fit, expression: component.expression };
}

function canIndex(scope: Scope, path: SimplePath, kind: SlotKind): boolean {
  const found = staticType(scope.definitions, scope.resourceType, path.steps);
  return found?.types.some((type) => acceptedTypes(kind).has(type.code)) === true;
}

function part(definition: SearchParameterDef, implied: string | undefined): ParamPlan {
  return {
    code: definition.code,
    type: definition.type as ParamPlan['type'],
    url: definition.url,
    uses: [],
    targets: definition.target,
    naturalSort: false,
    ...(implied === undefined ? {} : { impliedSystem: implied }),
  };
}

/** The component parameters of a composite; undefined when one is not known or is itself a composite. */
export function componentsOf(
  definition: SearchParameterDef,
  byUrl: (url: string) => SearchParameterDef | undefined,
): readonly Component[] | undefined {
  const components = definition.component.map((component): Component | undefined => {
    const target = byUrl(component.definition);
    const kind = target && slotKind(target.type);
    return target === undefined || kind === undefined
      ? undefined
      : { definition: target, kind, expression: component.expression };
  });
  const complete = components.filter((component) => component !== undefined);
  return complete.length === components.length ? complete : undefined;
}
