import type { DiscriminatorJson } from '../../definitions/snapshot/element-json.ts';
import type { ElementNode } from '../../definitions/snapshot/element-node.ts';
import type { Definitions } from '../../definitions/definitions.ts';
import { codedValues } from './coded-values.ts';
import { meets, whyNot } from './conforms.ts';
import {
  criterionTargets,
  profilesOf,
  targetProfilesOf,
  typeCodes,
  type CriterionTargets,
} from './criterion-targets.ts';
import { parseDiscriminatorPath, type PathStep } from './discriminator-path.ts';
import { isOfType, type Item } from './item.ts';
import type { ContentRule, Criterion, Profiles, Visit } from './rule.ts';
import { select } from './select.ts';
import { meetsStated, statedText, type StatedValue } from './stated-value.ts';
import { targetPlace } from './target-place.ts';

export interface CriterionContext {
  readonly definitions: Definitions;
  readonly profiles: Profiles;
  /** What a node of the slice asks of a value. */
  contentOf(node: ElementNode, type: string): ContentRule;
}

/** Undefined when terminology does not know. */
type Test = (items: readonly Item[], visit: Visit) => boolean | undefined;

/**
 * How the items of a slice are told by one discriminator; undefined when the slice says nothing at its path.
 * `place` is the slice's place among the others, for discriminators of type position.
 */
export function compileCriterion(
  slice: ElementNode,
  { type, path }: DiscriminatorJson,
  place: number,
  context: CriterionContext,
): Criterion | undefined {
  if (type === 'position') return { text: `item ${place + 1}`, holds: ({ index }) => index === place };
  const steps = parseDiscriminatorPath(path);
  if (steps === undefined) return undefined;
  const found = testOf(type, slice, steps, context);
  if (found === undefined) return undefined;
  const text = path === '$this' ? found.text : `${path} ${found.text}`;
  return { text, holds: (item, visit) => found.test(select(item, steps, visit.walk), visit) };
}

/** Without discriminators the items of a slice are those that meet all that it asks for. */
export function contentCriterion(slice: ElementNode, { contentOf }: CriterionContext): Criterion {
  return {
    text: 'all that the slice asks for',
    holds: (item, visit) => meets(item, contentOf(slice, item.type), visit),
  };
}

interface TextedTest {
  readonly text: string;
  readonly test: Test;
}

function testOf(
  type: string,
  slice: ElementNode,
  steps: readonly PathStep[],
  context: CriterionContext,
): TextedTest | undefined {
  if (type === 'profile') return profileTest(slice, steps, context);
  const targets = criterionTargets(slice, steps, context.profiles);
  if (type === 'type') return typeTest(targets, context.definitions);
  if (type === 'exists') return existsTest(targets);
  return statedTest(targets) ?? bindingTest(targets) ?? contentTest(targets, context) ?? existsTest(targets);
}

function statedTest({ stated }: CriterionTargets): TextedTest | undefined {
  if (stated.length === 0) return undefined;
  const meetsAll = (items: readonly Item[], values: readonly StatedValue[]): boolean =>
    values.every((value) => items.some((item) => meetsStated(item, value)));
  return {
    text: `= ${stated.map((values) => values.map(statedText).join(' and ')).join(' or ')}`,
    test: (items) => stated.some((values) => meetsAll(items, values)),
  };
}

function bindingTest({ nodes }: CriterionTargets): TextedTest | undefined {
  const valueSets = nodes.flatMap(({ definition: { binding } }) =>
    binding?.strength === 'required' && binding.valueSet !== undefined ? [binding.valueSet] : [],
  );
  if (valueSets.length === 0) return undefined;
  return {
    text: `in ${valueSets.join(' or ')}`,
    test(items, visit) {
      const answers = items.flatMap((item) => valueSets.map((valueSet) => isMember(item, valueSet, visit)));
      return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
    },
  };
}

function isMember(item: Item, valueSet: string, { walk, open }: Visit): boolean | undefined {
  const { codings, impliesSystem } = codedValues(item);
  if (codings.length === 0) return false;
  const question = { valueSet, codings, impliesSystem };
  const answer = walk.env.codes.known(question);
  if (answer === undefined) open.push(question);
  return answer?.isMember;
}

/** The slice says something about what is inside of the element. */
function contentTest({ nodes }: CriterionTargets, { contentOf }: CriterionContext): TextedTest | undefined {
  const detailed = nodes.filter(({ children, slices }) => children.length > 0 || slices.length > 0);
  if (detailed.length === 0) return undefined;
  return {
    text: 'with the content that the slice asks for',
    test: (items, visit) =>
      items.some((item) => detailed.some((node) => meets(item, contentOf(node, item.type), visit))),
  };
}

function existsTest({ nodes }: CriterionTargets): TextedTest | undefined {
  if (nodes.some(({ definition }) => (definition.min ?? 0) > 0)) {
    return { text: 'is there', test: (items) => items.length > 0 };
  }
  if (nodes.some(({ definition }) => definition.max === '0')) {
    return { text: 'is absent', test: (items) => items.length === 0 };
  }
  return undefined;
}

function typeTest({ nodes }: CriterionTargets, definitions: Definitions): TextedTest | undefined {
  const codes = [...new Set(nodes.flatMap(typeCodes))];
  if (codes.length === 0) return undefined;
  return {
    text: `of type ${codes.join(' or ')}`,
    test: (items) => items.some(({ type }) => codes.some((code) => isOfType(type, code, definitions))),
  };
}

function profileTest(
  slice: ElementNode,
  steps: readonly PathStep[],
  context: CriterionContext,
): TextedTest | undefined {
  const isTarget = steps.at(-1)?.kind === 'resolve';
  const { nodes } = criterionTargets(slice, isTarget ? steps.slice(0, -1) : steps, context.profiles);
  const canonicals = [...new Set(nodes.flatMap(isTarget ? targetProfilesOf : profilesOf))];
  if (canonicals.length === 0) return undefined;
  return {
    text: `conforming to ${canonicals.join(' or ')}`,
    test: (items, visit) =>
      items.some((item) =>
        canonicals.some((canonical) => {
          const profile = visit.profiles.find(canonical);
          if (profile === undefined) return false;
          return whyNot(item, profile, visit, targetPlace(item.value, visit.walk)) === undefined;
        }),
      ),
  };
}
