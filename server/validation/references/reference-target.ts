import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { ValueCheck } from '../object-rule.ts';
import { addIssue, addIssueAt, isFull, rootResourceOf, shown, type Walk } from '../walk.ts';
import { containedIds, containedResource } from './contained-resource.ts';
import { readReference } from './reference-text.ts';
import { resolveIn } from './resolve.ts';

/**
 * Where a Reference leads to: `#id` is contained, the type is one that the element may refer to, and `type` agrees
 * with it. Whether the target exists is for the storage to say.
 * https://hl7.org/fhir/R4/references.html
 */
export function checkReferenceTarget(targets: readonly string[], definitions: Definitions): ValueCheck {
  return (value, _parent, _key, walk) => {
    if (!isObject(value)) return;
    const { reference } = value;
    const found = typeof reference === 'string' ? targetType(reference, definitions, walk) : undefined;
    const said = saidType(value, definitions);
    if (found !== undefined && said !== undefined && said !== found) {
      const expected = `Expected is ${found}, or no type`;
      addIssueAt(walk, ['type'], 'value', `The reference leads to ${found}, not to ${shown(said)}. ${expected}.`);
    }
    const type = found ?? said;
    if (type === undefined || targets.length === 0 || targets.includes(type)) return;
    addIssue(walk, 'value', `A reference to ${shown(type)} is not allowed here. Expected is ${targets.join(', ')}.`);
  };
}

/** The type of what the reference leads to, as far as it can be told here. */
function targetType(reference: string, definitions: Definitions, walk: Walk): string | undefined {
  if (reference.startsWith('#')) return containedType(reference, walk);
  const type = readReference(reference)?.type;
  if (type !== undefined) return definitions.isResourceType(type) ? type : undefined;
  const target = walk.resources.length > 1 ? resolveIn(walk, reference)?.resourceType : undefined;
  return typeof target === 'string' ? target : undefined;
}

function containedType(reference: string, walk: Walk): string | undefined {
  const root = rootResourceOf(walk);
  const target = containedResource(root, reference);
  if (target !== undefined) return String(target.resourceType);
  if (isFull(walk)) return undefined;
  const text = `"${shown(reference)}" is not contained in this resource. ${containedIds(root)}`;
  addIssueAt(walk, ['reference'], 'not-found', text);
  return undefined;
}

/** `Reference.type` as far as it is a type of R4; logical models are named by their absolute url. */
function saidType({ type }: JsonObject, definitions: Definitions): string | undefined {
  return typeof type === 'string' && definitions.isResourceType(type) ? type : undefined;
}
