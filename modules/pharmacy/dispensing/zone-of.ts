import type { ClinicReader } from '#sdk';
import { extensionUrl } from '../names.ts';
import { localName } from '../vault/moved.ts';

/** Deeper than any house. */
const DEPTH = 12;

/** Time zone of a place, or of the place around it. @returns IANA name; undefined when none says */
export async function zoneOf(reader: Pick<ClinicReader, 'read'>, location: string): Promise<string | undefined> {
  const url = extensionUrl('time-zone');
  let name = location;
  for (let depth = 0; depth < DEPTH && name !== ''; depth += 1) {
    const place = await reader.read('Location', name.replace('Location/', ''));
    const zone = place?.extension?.find((each) => each.url === url)?.valueCode;
    if (zone !== undefined) return zone;
    name = localName(place?.partOf);
  }
  return undefined;
}
