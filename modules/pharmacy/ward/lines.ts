import type { ResourceOf } from '#sdk';

/** A line of an answer: references and whole numbers by name. */
export type Line = Readonly<Record<string, string | number>>;

/** Parameters with a `line` for each, whose texts are references. */
export function linesOf(lines: readonly Line[]): ResourceOf<'Parameters'> {
  const parameter = lines.map((line) => ({
    name: 'line',
    part: Object.entries(line).map(([name, value]) =>
      typeof value === 'number' ? { name, valueInteger: value } : { name, valueReference: { reference: value } },
    ),
  }));
  return { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
}
