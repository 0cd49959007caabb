import { readRows } from '../../read-rows.ts';
import type { ReleaseBuilder } from '../../release-builder.ts';
import type { ReadContext } from '../../release-format.ts';
import type { LoincFiles } from './loinc.ts';

/** Names in other languages and names for patients. */
export async function readVariants(
  { variants, consumerNames }: LoincFiles,
  builder: ReleaseBuilder,
  context: ReadContext,
): Promise<void> {
  const name = builder.use({ system: 'http://loinc.org', code: 'LONG_COMMON_NAME', display: 'Long common name' });
  const consumer = builder.use({ system: 'http://loinc.org', code: 'ConsumerName', display: 'Consumer name' });
  for (const file of variants) {
    const [, language = '', country = ''] = /([a-z]{2})([A-Z]{2})\d+LinguisticVariant/.exec(file.name) ?? [];
    const columns = ['LOINC_NUM', 'LONG_COMMON_NAME?', 'LinguisticVariantDisplayName?', 'COMPONENT?'];
    await readRows(
      context,
      file,
      { delimiter: ',', isQuoted: true, columns },
      ([code = '', long = '', display = '', component = '']) => {
        const id = builder.idOf(code);
        const value = [display, long, component].find((text) => text !== '');
        if (id !== undefined && value !== undefined)
          builder.designation(id, { language: `${language}-${country}`, use: name, value });
      },
    );
  }
  for (const file of consumerNames) {
    await readRows(
      context,
      file,
      { delimiter: ',', isQuoted: true, columns: ['LoincNumber', 'ConsumerName'] },
      ([code = '', value = '']) => {
        const id = builder.idOf(code);
        if (id !== undefined && value !== '') builder.designation(id, { language: 'en', use: consumer, value });
      },
    );
  }
}
