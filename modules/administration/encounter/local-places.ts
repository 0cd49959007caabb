import type { ClinicReader, ResourceOf } from '#sdk';

type Encounter = ResourceOf<'Encounter'>;

/**
 * The Encounter with its Locations named as `Location/…`, however they were referred to: by an address of this server, or by
 * one of their versions. Otherwise one bed would have several names. The same object when nothing is to be changed.
 */
export async function withLocalPlaces(encounter: Encounter, reader: Pick<ClinicReader, 'resolve'>): Promise<Encounter> {
  const { location: places = [] } = encounter;
  if (places.every(({ location: { reference } }) => isPlain(reference))) return encounter;
  const location = await Promise.all(
    places.map(async (place) => {
      if (isPlain(place.location.reference)) return place;
      const found = await reader.resolve(place.location, 'Location');
      return found === undefined
        ? place
        : { ...place, location: { ...place.location, reference: `Location/${found.id}` } };
    }),
  );
  return { ...encounter, location };
}

/** Relative, of something contained, or none. */
function isPlain(reference: string | undefined): boolean {
  return reference === undefined || reference.startsWith('#') || /^Location\/[^/]+$/.test(reference);
}
