import type { ResourceOf } from '#sdk';

const NUMBER = 'https://example.org/StructureDefinition/room-number';

/** The number of a Location that is a room. */
export function numberOf({ extension = [] }: ResourceOf<'Location'>): string | undefined {
  return extension.find(({ url }) => url === NUMBER)?.valueString;
}
