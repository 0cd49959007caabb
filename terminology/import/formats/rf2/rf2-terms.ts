import { readRows } from '../../read-rows.ts';
import type { ReleaseBuilder } from '../../release-builder.ts';
import type { ReadContext } from '../../release-format.ts';
import { AcceptabilityTable, type Acceptability } from './acceptability.ts';
import type { Rf2Files } from './rf2-files.ts';
import { SNOMED } from './rf2-system.ts';

const FULLY_SPECIFIED = '900000000000003001';
const SYNONYM = '900000000000013009';
const DEFINITION = '900000000000550004';
const PREFERRED = '900000000000548007';
/** Whose preferred term is the display, first of all. */
const US_ENGLISH = '900000000000509007';

const COLUMNS = ['id', 'active', 'conceptId', 'languageCode', 'typeId', 'term'];

/** Descriptions, text definitions and the dialects they belong to. */
export async function readTerms(files: Rf2Files, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  const dialects = await readDialects(files, builder, context);
  const usEnglish = builder.idOf(US_ENGLISH);
  const uses = new Map(
    [
      [SYNONYM, 'Synonym'],
      [FULLY_SPECIFIED, 'Fully specified name'],
      [DEFINITION, 'Text definition'],
    ].map(([code = '', display = '']) => [code, builder.use({ system: SNOMED, code, display })]),
  );
  for (const file of [...files.descriptions, ...files.definitions]) {
    await readRows(context, file, { delimiter: '\t', columns: COLUMNS }, (cells, line) => {
      const [id = '', active, conceptId = '', language = '', type = '', term = ''] = cells;
      if (active !== '1') return;
      const concept = builder.idOf(conceptId);
      if (concept === undefined) {
        context.problems.error(
          file.name,
          line,
          `the concept ${conceptId} is not in the release; load an edition, not an extension alone`,
        );
        return;
      }
      const { preferred, acceptable } = dialects.of(id);
      const isDefinition = type === DEFINITION;
      const use = uses.get(type);
      builder.designation(concept, {
        language,
        value: term,
        ...(use === undefined ? {} : { use }),
        ...(preferred.length === 0 ? {} : { preferred }),
        ...(acceptable.length === 0 ? {} : { acceptable }),
        isSearched: !isDefinition,
      });
      if (isDefinition) builder.define(concept, term);
      else builder.display(concept, term, displayRank(type, language, { preferred, acceptable }, usEnglish));
    });
  }
}

/** Preferred synonyms before others, English before other languages; a fully specified name when there is nothing else. */
function displayRank(
  type: string,
  language: string,
  { preferred }: Acceptability,
  usEnglish: number | undefined,
): number {
  const isEnglish = language === 'en';
  if (type !== SYNONYM) return isEnglish ? 6 : 7;
  if (usEnglish !== undefined && preferred.includes(usEnglish)) return 0;
  if (preferred.length > 0) return isEnglish ? 1 : 2;
  return isEnglish ? 4 : 5;
}

async function readDialects(
  files: Rf2Files,
  builder: ReleaseBuilder,
  context: ReadContext,
): Promise<AcceptabilityTable> {
  const table = new AcceptabilityTable();
  const columns = ['active', 'refsetId', 'referencedComponentId', 'acceptabilityId'];
  for (const file of files.languages) {
    await readRows(
      context,
      file,
      { delimiter: '\t', columns },
      ([active, refset = '', description = '', acceptability], line) => {
        if (active !== '1') return;
        const id = builder.idOf(refset);
        if (id === undefined || !table.set(description, id, acceptability === PREFERRED)) {
          context.problems.warning(
            file.name,
            line,
            `the language reference set ${refset} is left out: ${id === undefined ? 'its concept is not in the release' : 'there are more than 15'}`,
          );
        }
      },
    );
  }
  return table;
}
