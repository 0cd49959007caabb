import { readElements, type ElementJson } from '../../definitions/snapshot/element-json.ts';
import { generateSnapshot } from '../../definitions/snapshot/generate-snapshot.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { checkBaseChain } from './base-chain.ts';
import { baseElements, withoutSlice, type BaseElements } from './base-elements.ts';
import { knownStructure } from './known-structure.ts';
import { checkElement } from './structure-element.ts';

/**
 * A profile against what it is based on: a base that is known and does not lead back to the profile, elements that the
 * base has, and for each of them nothing that the base does not allow.
 * https://hl7.org/fhir/R4/profiling.html
 */
export function checkStructureDefinition(structure: JsonObject, walk: Walk): void {
  const { type, kind, derivation, baseDefinition } = structure;
  if (derivation !== 'constraint' || kind === 'logical' || typeof baseDefinition !== 'string') return;
  if (typeof type === 'string' && !type.includes('/') && walk.env.definitions.type(type) === undefined) {
    const text = `"${shown(type)}" is no type of FHIR R4. Expected is the type that is constrained.`;
    addIssueAt(walk, ['type'], 'value', text);
    return;
  }
  if (!checkBaseChain(structure, walk)) return;
  const base = knownStructure(walk, baseDefinition);
  if (base === undefined) {
    const text = `The base ${shown(baseDefinition)} is not held here, so the elements are not checked against it.`;
    addIssueAt(walk, ['baseDefinition'], 'not-found', text, 'warning');
  } else if (base.type !== type) {
    const text = `The base is a ${shown(String(base.type))}. Expected is the same type, found: ${shown(String(type))}.`;
    addIssueAt(walk, ['type'], 'value', text);
  } else checkAgainst(base, structure, walk);
}

function checkAgainst(base: JsonObject, structure: JsonObject, walk: Walk): void {
  const find = (canonical: string): JsonObject | undefined => knownStructure(walk, canonical);
  const inherited = baseElements(base, find);
  if ('issues' in inherited) {
    const text = `The elements are not checked, because the base cannot be used. ${inherited.issues[0]?.text ?? ''}`;
    addIssueAt(walk, ['baseDefinition'], 'processing', text, 'warning');
    return;
  }
  checkElements(structure, inherited, walk);
  const result = generateSnapshot(structure, find);
  if (!('issues' in result)) return;
  for (const { code, severity, text, expression } of result.issues) {
    addIssueAt(walk, stepsOf(expression?.[0] ?? ''), code, text, severity);
  }
}

/** `StructureDefinition.differential.element[2]` from where the structure stands. */
function stepsOf(expression: string): readonly (string | number)[] {
  return (expression.match(/[^.[\]]+/g) ?? []).slice(1).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function checkElements(structure: JsonObject, inherited: BaseElements, walk: Walk): void {
  const { elements } = readElements(structure, 'differential');
  const snapshotIds = idsOfSnapshot(structure);
  const sliced = new Set(elements.flatMap(({ slicing, id, path }) => (slicing === undefined ? [] : (id ?? path))));
  elements.forEach((element, index) => {
    const base = inherited.of(element);
    const { length } = walk.path;
    walk.path.push('differential', 'element', index);
    checkElement(element, base, walk);
    checkSlicing(element, base, sliced, walk);
    checkAgreement(element, snapshotIds, walk);
    walk.path.length = length;
  });
}

/** A slice is one of an element that is sliced; extensions are sliced by url and choices by type without saying so. */
function checkSlicing(
  { id, path, sliceName }: ElementJson,
  base: ElementJson | undefined,
  sliced: ReadonlySet<string>,
  walk: Walk,
): void {
  if (sliceName === undefined || id === undefined || base === undefined || /(?:xtension|\[x\])$/.test(path)) return;
  if (base.slicing !== undefined || base.sliceName !== undefined || sliced.has(withoutSlice(id))) return;
  const text = `${shown(path)} is not sliced, so there is no slice "${shown(sliceName)}". Expected is a slicing of it before its slices.`;
  addIssueAt(walk, ['sliceName'], 'structure', text);
}

/** Where a snapshot comes with the differential, it has the elements of the differential. */
function checkAgreement({ id }: ElementJson, snapshotIds: ReadonlySet<string>, walk: Walk): void {
  if (id === undefined || snapshotIds.size === 0 || snapshotIds.has(id)) return;
  // `valueQuantity` in a differential is `value[x]` or a slice of it in a snapshot.
  for (const known of snapshotIds) if (known.endsWith('[x]') && id.startsWith(known.slice(0, -3))) return;
  const text = `The snapshot has no element with the id "${shown(id)}". Expected is a snapshot that was made of this differential.`;
  addIssueAt(walk, ['id'], 'value', text, 'warning');
}

function idsOfSnapshot(structure: JsonObject): ReadonlySet<string> {
  return new Set(readElements(structure, 'snapshot').elements.flatMap(({ id }) => id ?? []));
}
