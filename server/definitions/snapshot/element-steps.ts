import type { ElementJson } from './element-json.ts';

/** One step from the root of a structure to an element: `component` or, of its slice, `component:systolic`. */
export interface ElementStep {
  readonly name: string;
  readonly slice?: string;
}

/**
 * The way to every element of a differential or snapshot, the root left out. It is read from the ids; where there are
 * none (older differentials), from the paths and the slices that were opened before.
 */
export function stepsOfElements(elements: readonly ElementJson[]): readonly (readonly ElementStep[])[] {
  const openSlices = new Map<string, string>();
  return elements.map((element) => {
    const { path, sliceName } = element;
    const steps = stepsOfId(element) ?? stepsOfPath(path, openSlices);
    for (const open of openSlices.keys()) if (open === path || open.startsWith(`${path}.`)) openSlices.delete(open);
    const last = steps.at(-1);
    if (last === undefined || sliceName === undefined) return steps;
    openSlices.set(path, sliceName);
    return [...steps.slice(0, -1), { name: last.name, slice: sliceName }];
  });
}

/** `Observation.component:systolic.code`; undefined when it does not say what path and slice name say. */
function stepsOfId({ id, path, sliceName }: ElementJson): readonly ElementStep[] | undefined {
  if (id === undefined) return undefined;
  const steps = id.split('.').map((part): ElementStep => {
    const cut = part.indexOf(':');
    return cut === -1 ? { name: part } : { name: part.slice(0, cut), slice: part.slice(cut + 1) };
  });
  const isOfPath = steps.map(({ name }) => name).join('.') === path;
  return isOfPath && steps.at(-1)?.slice === sliceName ? steps.slice(1) : undefined;
}

function stepsOfPath(path: string, openSlices: ReadonlyMap<string, string>): readonly ElementStep[] {
  const names = path.split('.');
  let prefix = names[0] ?? '';
  return names.slice(1).map((name, index) => {
    prefix += `.${name}`;
    // The last step is the element itself: only its own slice name counts.
    const slice = index === names.length - 2 ? undefined : openSlices.get(prefix);
    return slice === undefined ? { name } : { name, slice };
  });
}
