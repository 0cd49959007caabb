import { isLoincCode } from '../../check-digits.ts';
import { readRows } from '../../read-rows.ts';
import type { ReleaseBuilder } from '../../release-builder.ts';
import type { ReadContext } from '../../release-format.ts';
import type { LoincFiles } from './loinc.ts';

/** The six axes; a code has one part (LP…) for each, which the part links name. */
export const AXES = ['COMPONENT', 'PROPERTY', 'TIME_ASPCT', 'SYSTEM', 'SCALE_TYP', 'METHOD_TYP'] as const;
const VALUES = ['STATUS', 'CLASS', 'CLASSTYPE', 'ORDER_OBS', 'VersionLastChanged', 'VersionFirstReleased'];
const UNITS = 'EXAMPLE_UCUM_UNITS';

/** Loinc.csv: one row a code. */
export async function readTerms({ terms }: LoincFiles, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  const kinds = VALUES.map((code) => builder.kind(code, 'string'));
  const unit = builder.kind(UNITS, 'string');
  builder.kind('copyright', 'string', 'own');
  const short = builder.use({ system: 'http://loinc.org', code: 'SHORTNAME', display: 'Short name' });
  const consumer = builder.use({ system: 'http://loinc.org', code: 'CONSUMER_NAME', display: 'Consumer name' });
  const related = builder.use({ system: 'http://loinc.org', code: 'RELATEDNAMES2', display: 'Related name' });
  const columns = [
    ...['LOINC_NUM', 'LONG_COMMON_NAME', 'SHORTNAME', 'CONSUMER_NAME?', 'RELATEDNAMES2?', 'DefinitionDescription?'],
    ...['EXTERNAL_COPYRIGHT_NOTICE?', `${UNITS}?`],
    ...VALUES.map((column) => (column === 'STATUS' || column === 'CLASS' ? column : `${column}?`)),
  ];
  await readRows(context, terms, { delimiter: ',', isQuoted: true, columns }, (cells, line) => {
    const [
      code = '',
      name = '',
      shortName = '',
      consumerName = '',
      names = '',
      definition = '',
      notice = '',
      units = '',
      ...values
    ] = cells;
    if (!isLoincCode(code)) {
      context.problems.error(
        terms.name,
        line,
        `"${code}" is not a LOINC code: digits, a hyphen and a check digit are expected`,
      );
      return;
    }
    const own = JSON.stringify({ copyright: notice === '' ? 'LOINC' : '3rdParty' });
    const isActive = values[0] !== 'DEPRECATED';
    const id = builder.concept({ code, display: name, definition, isActive, own }, terms.name, line);
    if (id === undefined) return;
    if (shortName !== '') builder.designation(id, { language: 'en', use: short, value: shortName });
    if (consumerName !== '') builder.designation(id, { language: 'en', use: consumer, value: consumerName });
    for (const value of new Set(names.split(';').map((part) => part.trim()))) {
      if (value !== '') builder.designation(id, { language: 'en', use: related, value });
    }
    values.forEach((value, at) => {
      if (value !== '') builder.property(id, kinds[at] ?? 0, { value });
    });
    if (units !== '') builder.property(id, unit, { value: units });
  });
}
