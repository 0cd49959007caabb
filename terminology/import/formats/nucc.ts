import { readRows } from '../read-rows.ts';
import type { ReleaseFormat } from '../release-format.ts';
import { fileOf, versionOf } from './release-files.ts';
import { systemHeader } from './system-header.ts';

const NUCC = 'http://nucc.org/provider-taxonomy';
const FILE = /^nucc.*\.csv$/i;
const COLUMNS = ['Code', 'Grouping', 'Classification', 'Specialization', 'Definition', 'Display Name?', 'Section?'];

/** Health care provider taxonomy; a specialisation is below the classification without one. https://www.nucc.org/index.php/code-sets-mainmenu-41/provider-taxonomy-mainmenu-40/csv-mainmenu-57 */
export const nucc: ReleaseFormat = {
  name: 'nucc',
  title: 'NUCC Health Care Provider Taxonomy',
  licence: {
    name: 'AMA licence for the provider taxonomy',
    url: 'https://www.nucc.org/index.php/code-sets-mainmenu-41/provider-taxonomy-mainmenu-40',
  },
  async identify({ input, version: given }) {
    const { name } = fileOf(input, FILE, 'nucc_taxonomy_….csv');
    const version = given ?? /(\d{2,3})\.csv$/.exec(name)?.[1] ?? versionOf(input, undefined);
    const header = systemHeader({
      url: NUCC,
      version,
      name: 'NUCCProviderTaxonomy',
      title: 'Health Care Provider Taxonomy',
      publisher: 'National Uniform Claim Committee',
      copyright: 'Copyright American Medical Association on behalf of the NUCC.',
      isHierarchy: true,
    });
    return { url: NUCC, version, isCaseSensitive: true, hasRefsets: false, header };
  },
  bytes: (input) => fileOf(input, FILE, 'nucc_taxonomy_….csv').size,
  async read(input, builder, context) {
    const file = fileOf(input, FILE, 'nucc_taxonomy_….csv');
    const [grouping = 0, classification = 0, specialisation = 0, section = 0] = [
      'grouping',
      'classification',
      'specialization',
      'section',
    ].map((code) => builder.kind(code, 'string'));
    const classes = new Map<string, number>();
    const below: [number, string][] = [];
    const layout = { delimiter: ',', isQuoted: true, columns: COLUMNS, encoding: 'windows-1252' } as const;
    await readRows(context, file, layout, (cells, line) => {
      const [code = '', group = '', name = '', special = '', definition = '', displayName = '', part = ''] = cells;
      if (!/^[0-9A-Z]{9}X$/.test(code)) {
        context.problems.error(file.name, line, `"${code}" is not a taxonomy code: nine characters and X are expected`);
        return;
      }
      const display = displayName !== '' ? displayName : special === '' ? name : `${name}, ${special}`;
      const id = builder.concept({ code, display, definition }, file.name, line);
      if (id === undefined) return;
      builder.property(id, grouping, { value: group });
      builder.property(id, classification, { value: name });
      if (special !== '') builder.property(id, specialisation, { value: special });
      if (part !== '') builder.property(id, section, { value: part });
      if (special === '') classes.set(`${group}\n${name}`, id);
      else below.push([id, `${group}\n${name}`]);
    });
    for (const [id, name] of below) {
      const parent = classes.get(name);
      if (parent !== undefined) builder.parent(id, parent);
    }
  },
};
