/** One step of a discriminator. https://hl7.org/fhir/R4/profiling.html#discriminator */
export type PathStep =
  | { readonly kind: 'child'; readonly name: string }
  | { readonly kind: 'extension'; readonly url: string }
  | { readonly kind: 'ofType'; readonly type: string }
  | { readonly kind: 'resolve' };

const MAX_LENGTH = 1000;
const STEP =
  /^(?:(?<this>\$this)|extension\(\s*(?:'(?<single>[^']*)'|"(?<double>[^"]*)")\s*\)|(?<resolve>resolve\(\))|(?:ofType|as)\(\s*(?:FHIR\.)?(?<type>\w+)\s*\)|(?<name>\w+)(?:\[x\])?)(?:\.|$)/;

/**
 * `$this`, names, `extension('url')`, `resolve()`, `ofType(Type)`; undefined for anything else, which the specification
 * does not allow there.
 */
export function parseDiscriminatorPath(path: string): readonly PathStep[] | undefined {
  if (path.length > MAX_LENGTH) return undefined;
  const steps: PathStep[] = [];
  let rest = path;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) return undefined;
    const { single, double, resolve, type, name } = match.groups ?? {};
    const url = single ?? double;
    if (name !== undefined) steps.push({ kind: 'child', name });
    else if (type !== undefined) steps.push({ kind: 'ofType', type });
    else if (url !== undefined) steps.push({ kind: 'extension', url });
    else if (resolve !== undefined) steps.push({ kind: 'resolve' });
    rest = rest.slice(match[0].length);
  }
  return steps;
}
