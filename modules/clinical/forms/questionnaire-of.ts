import type { ClinicReader, Stored } from '#sdk';
import { faults } from '../faults.ts';

/**
 * The Questionnaire of a canonical, `url` or `url|version`; without a version the one that was changed last.
 * @throws Fault 422 when there is none to read
 */
export async function questionnaireOf(
  reader: ClinicReader,
  canonical: string | undefined,
): Promise<Stored<'Questionnaire'>> {
  const [url = '', version] = (canonical ?? '').split('#')[0]?.split('|') ?? [];
  if (url === '') throw faults.formUnknown();
  const query = new URLSearchParams({ url, ...(version === undefined ? {} : { version }), _sort: '-_lastUpdated' });
  const [found] = await reader.search('Questionnaire', query.toString());
  if (found === undefined) throw faults.formUnknown();
  return found;
}
