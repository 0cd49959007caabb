import type { ResourceOf } from '#sdk';

type Parameters = ResourceOf<'Parameters'>;
export type Parameter = NonNullable<Parameters['parameter']>[number];

export function parameters(parameter: readonly Parameter[]): Parameters {
  return { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter: [...parameter] }) };
}

/** Parts, without those that have no value. */
export function parts(name: string, part: readonly (Parameter | undefined)[]): Parameter {
  return { name, part: part.filter((each) => each !== undefined) };
}

export function referencePart(name: string, reference: string): Parameter {
  return { name, valueReference: { reference } };
}

export function dayPart(name: string, day: string | null): Parameter | undefined {
  return day === null ? undefined : { name, valueDate: day };
}
