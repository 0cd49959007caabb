import type { ResourceOf } from '#sdk';

type Immunization = ResourceOf<'Immunization'>;

/** Whether two records are of the same vaccine: a coding that both have or, without codings, the same words. */
export function isSameVaccine(a: Immunization, b: Immunization): boolean {
  const [first, second] = [a, b].map(keysOf);
  return first?.some((key) => second?.includes(key)) ?? false;
}

function keysOf({ vaccineCode: { coding = [], text = '' } }: Immunization): readonly string[] {
  const codes = coding.flatMap(({ system = '', code }) => (code === undefined ? [] : [`${system}|${code}`]));
  return codes.length > 0 ? codes : [`text ${text.trim().toLowerCase()}`];
}
