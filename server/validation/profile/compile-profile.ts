import type { Definitions, ElementDef, TypeDef } from '../../definitions/definitions.ts';
import type { DiscriminatorJson, ElementJson, TypeJson } from '../../definitions/snapshot/element-json.ts';
import type { ElementNode } from '../../definitions/snapshot/element-node.ts';
import { bindingChecks } from './checks/binding.ts';
import { boundChecks } from './checks/bounds.ts';
import { constraintChecks } from './checks/constraints.ts';
import { lengthChecks } from './checks/length.ts';
import { narrativeLanguageChecks } from './checks/narrative-language.ts';
import { requiredValueChecks } from './checks/required-value.ts';
import { statedChecks } from './checks/stated.ts';
import { targetProfileChecks } from './checks/target-profile.ts';
import { typeProfileChecks } from './checks/type-profile.ts';
import { compileCriterion, contentCriterion } from './criterion.ts';
import { isOfType, propertiesOf } from './item.ts';
import type { Overlay } from './overlay.ts';
import type {
  ContentRule,
  Criterion,
  ElementRule,
  ItemCheck,
  OccurrenceRule,
  Profile,
  Profiles,
  SliceRule,
  SlicingRule,
  TypeRule,
} from './rule.ts';

const DEFAULT_SLICE = '@default';
const BY_URL: readonly DiscriminatorJson[] = [{ type: 'value', path: 'url' }];
const BY_TYPE: readonly DiscriminatorJson[] = [{ type: 'type', path: '$this' }];
const NOTHING: ContentRule = { checks: [], elements: [] };

/** The overlay as rules, compiled element by element and type by type when they are first needed. */
export function compileProfile(overlay: Overlay, definitions: Definitions, profiles: Profiles): Profile {
  const contents = new Map<ElementNode, Map<string, ContentRule>>();

  function contentOf(node: ElementNode, type: string, label: string, base: ElementDef | undefined): ContentRule {
    let byType = contents.get(node);
    if (byType === undefined) contents.set(node, (byType = new Map<string, ContentRule>()));
    let content = byType.get(type);
    if (content === undefined) byType.set(type, (content = compileContent(node, type, label, base)));
    return content;
  }

  function compileContent(node: ElementNode, type: string, label: string, base: ElementDef | undefined): ContentRule {
    const typeDef = definitions.type(type);
    const checks = checksOf(node, type, label, base);
    const elements = node.children.flatMap((child) => elementRule(child, typeDef, label) ?? []);
    return checks.length === 0 && elements.length === 0 ? NOTHING : { checks, elements };
  }

  function checksOf(
    node: ElementNode,
    type: string,
    label: string,
    base: ElementDef | undefined,
  ): readonly ItemCheck[] {
    const { definition } = node;
    const inherited = [...(definitions.type(type)?.constraints ?? []), ...(base?.constraints ?? [])];
    const types = node === overlay.root ? [] : typesFor(definition, type);
    return [
      ...statedChecks(definition, label),
      ...requiredValueChecks(definition, label),
      ...lengthChecks(definition, label),
      ...narrativeLanguageChecks(definition, label, type),
      ...boundChecks(definition, label, type, definitions),
      ...(isInheritedBinding(definition, base) ? [] : bindingChecks(definition, label, type, base?.isChoice === true)),
      ...typeProfileChecks(types, label, type),
      ...targetProfileChecks(types, label),
      ...constraintChecks(definition, type, inherited, definitions),
    ];
  }

  function typesFor({ type: types = [] }: ElementJson, type: string): readonly TypeJson[] {
    return types.filter(({ code }) => isOfType(type, code, definitions));
  }

  function elementRule(node: ElementNode, owner: TypeDef | undefined, ownerLabel: string): ElementRule | undefined {
    const name = stemOf(node.name);
    const properties = propertiesOf(owner, name);
    const base = owner?.elements.find((element) => element.name === name);
    if (properties === undefined || base === undefined) return undefined;
    const label = `${ownerLabel}.${node.name}`;
    const rule = occurrenceRule(node, label, base);
    return {
      ...rule,
      // What the base type asks for is checked with the base type.
      min: rule.min > base.min ? rule.min : 0,
      max: rule.max < base.max ? rule.max : Infinity,
      name,
      properties,
    };
  }

  function occurrenceRule(node: ElementNode, label: string, base: ElementDef): OccurrenceRule {
    const { min, max } = node.definition;
    return {
      label,
      min: min ?? 0,
      max: max === undefined || max === '*' ? Infinity : Number(max),
      types: typeRule(node.definition, base),
      slicing: slicingRule(node, label, base),
      content: (type) => contentOf(node, type, label, base),
    };
  }

  /** Undefined when the types are those of the base. */
  function typeRule({ type: types }: ElementJson, base: ElementDef): TypeRule | undefined {
    const codes = [...new Set(types?.map(({ code }) => code))];
    // A snapshot names the types of ids and values of primitives by FHIRPath's names.
    if (codes.length === 0 || codes.some((code) => code.includes('/'))) return undefined;
    const accepts = (type: string): boolean => codes.some((code) => isOfType(type, code, definitions));
    return base.types.every(({ code }) => accepts(code)) ? undefined : { codes, accepts };
  }

  function slicingRule(
    node: ElementNode,
    label: string,
    base: ElementDef,
    inherited: readonly DiscriminatorJson[] = [],
  ): SlicingRule | undefined {
    if (node.slices.length === 0) return undefined;
    const { slicing } = node.definition;
    const discriminators = slicing?.discriminator ?? impliedDiscriminators(base) ?? inherited;
    const problems: string[] = [];
    const slices: SliceRule[] = [];
    let rest: OccurrenceRule | undefined;
    node.slices.forEach((slice, place) => {
      const name = slice.slice ?? '';
      const sliceLabel = `${label.replace(/:[^:.]*$/, '')}:${name}`;
      const rule = {
        ...occurrenceRule(slice, sliceLabel, base),
        slicing: slicingRule(slice, sliceLabel, base, discriminators),
      };
      if (name === DEFAULT_SLICE) {
        rest = rule;
        return;
      }
      const criteria = criteriaOf(slice, sliceLabel, base, place, discriminators);
      if (criteria.length > 0) slices.push({ ...rule, name, criteria });
      else
        problems.push(
          `${sliceLabel} cannot be told from other items: it says nothing at ${discriminators.map(({ path }) => path).join(', ')}.`,
        );
    });
    const rules = slicing?.rules === 'closed' || slicing?.rules === 'openAtEnd' ? slicing.rules : 'open';
    return { rules, isOrdered: slicing?.ordered === true, slices, rest, problems };
  }

  function criteriaOf(
    slice: ElementNode,
    label: string,
    base: ElementDef,
    place: number,
    discriminators: readonly DiscriminatorJson[],
  ): readonly Criterion[] {
    const context = {
      definitions,
      profiles,
      contentOf: (node: ElementNode, type: string) => contentOf(node, type, label, base),
    };
    if (discriminators.length === 0) return [contentCriterion(slice, context)];
    return discriminators.flatMap((discriminator) => compileCriterion(slice, discriminator, place, context) ?? []);
  }

  const { url, type, root, issues, imposed } = overlay;
  return { url, type, issues, imposed, content: (actual) => contentOf(root, actual, type, undefined) };
}

function impliedDiscriminators({ name, isChoice }: ElementDef): readonly DiscriminatorJson[] | undefined {
  if (name === 'extension' || name === 'modifierExtension') return BY_URL;
  return isChoice ? BY_TYPE : undefined;
}

function isInheritedBinding({ binding }: ElementJson, base: ElementDef | undefined): boolean {
  if (binding?.valueSet === undefined || base?.binding === undefined || binding.extension !== undefined) return false;
  const [valueSet] = binding.valueSet.split('|', 1);
  return binding.strength === base.binding.strength && valueSet === base.binding.valueSet.split('|', 1)[0];
}

function stemOf(name: string): string {
  return name.endsWith('[x]') ? name.slice(0, -3) : name;
}
