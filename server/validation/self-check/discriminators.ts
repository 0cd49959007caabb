import type { Definitions, TypeDef } from '../../definitions/definitions.ts';
import type { ElementJson, TypeJson } from '../../definitions/snapshot/element-json.ts';
import { parseDiscriminatorPath, type PathStep } from '../profile/discriminator-path.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';

/** Discriminators lead to elements of what is sliced. https://hl7.org/fhir/R4/profiling.html#discriminator */
export function checkDiscriminators(
  { slicing, path: sliced }: ElementJson,
  types: readonly TypeJson[] | undefined,
  walk: Walk,
): void {
  (slicing?.discriminator ?? []).forEach(({ path }, index) => {
    const steps = parseDiscriminatorPath(path);
    if (
      steps !== undefined &&
      leadsSomewhere(steps, startTypes(sliced, types, walk.env.definitions), walk.env.definitions)
    )
      return;
    const text = `"${shown(path)}" leads to no element of ${shown(sliced)}. Expected is a path such as code, $this or value.ofType(Coding).`;
    addIssueAt(walk, ['slicing', 'discriminator', index, 'path'], 'value', text);
  });
}

/** A backbone element has its children under its own path. */
function startTypes(path: string, types: readonly TypeJson[] | undefined, definitions: Definitions): readonly string[] {
  return definitions.type(path) === undefined ? (types ?? []).map(({ code }) => code) : [path];
}

/** True also where it cannot be told: after resolve(), below any resource. */
function leadsSomewhere(steps: readonly PathStep[], start: readonly string[], definitions: Definitions): boolean {
  let types = start;
  for (const step of steps) {
    if (step.kind === 'resolve' || types.length === 0) return true;
    if (step.kind === 'extension') types = ['Extension'];
    else if (step.kind === 'ofType') types = [step.type];
    else {
      const known = types.flatMap((type) => definitions.type(type) ?? []);
      if (known.length < types.length || known.some(({ name }) => name === 'Resource' || name === 'DomainResource'))
        return true;
      types = known.flatMap((type) => childTypes(type, step.name));
      if (types.length === 0) return false;
    }
  }
  return true;
}

function childTypes(type: TypeDef, name: string): readonly string[] {
  const element = type.elements.find((candidate) => candidate.name === name);
  if (element !== undefined) return element.types.map(({ code }) => code);
  const property = type.properties.get(name);
  return property === undefined ? [] : [property.type.code];
}
