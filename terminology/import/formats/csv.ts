import { textOf } from '../decode.ts';
import { UnreadableRelease } from '../problem.ts';
import { quotedRows } from '../quoted-rows.ts';
import { readRows } from '../read-rows.ts';
import type { ReleaseFormat } from '../release-format.ts';
import type { ReleaseFile, ReleaseInput } from '../release-input.ts';
import { fileOf, versionOf } from './release-files.ts';
import { systemHeader } from './system-header.ts';

const FILE = /\.(csv|tsv|txt)$/i;
/** Columns that mean something; all others become properties under their names. */
const KNOWN = ['code', 'display', 'definition', 'parent', 'inactive', 'abstract'];

/**
 * A code system in a table. Columns: `code`; `display`, `definition`; `parent` (codes, several between `|`); `inactive`,
 * `abstract` (true or false); every further column is a property. Tabs in .tsv, else commas or, when the first row has no
 * comma, semicolons; cells may be quoted.
 */
export const csv: ReleaseFormat = {
  name: 'csv',
  title: 'Code system in CSV',
  async identify({ input, version: given, url }) {
    fileOf(input, FILE, 'ending with .csv or .tsv');
    if (url === undefined || !/^[a-z][a-z0-9+.-]*:\S+$/i.test(url)) {
      throw new UnreadableRelease(input.name, 'does not tell its code system; give its canonical url with --url');
    }
    const version = versionOf(input, given);
    const name = input.name.replace(/\.\w+$/, '');
    const header = systemHeader({
      url,
      version,
      name: name.replace(/\W/g, '_'),
      title: name,
      publisher: 'local',
      isHierarchy: true,
    });
    return { url, version, isCaseSensitive: true, hasRefsets: false, header };
  },
  bytes: (input) => fileOf(input, FILE, '').size,
  async read(input, builder, context) {
    const { file, delimiter, header } = await tableOf(input);
    const known = KNOWN.map((column) => (column === 'code' ? column : `${column}?`));
    const others = header.filter((name) => name !== '' && !KNOWN.includes(name.toLowerCase()));
    const kinds = others.map((name) => builder.kind(name, 'string'));
    const parents: [number, string, number][] = [];
    await readRows(context, file, { delimiter, isQuoted: true, columns: [...known, ...others] }, (cells, line) => {
      const [code = '', display = '', definition = '', parent = '', inactive = '', abstract = '', ...values] =
        cells.map((cell) => cell.trim());
      const id = builder.concept(
        { code, display, definition, isActive: !isTrue(inactive), isAbstract: isTrue(abstract) },
        file.name,
        line,
      );
      if (id === undefined) return;
      for (const above of parent.split('|')) if (above !== '') parents.push([id, above.trim(), line]);
      values.forEach((value, at) => {
        if (value !== '') builder.property(id, kinds[at] ?? 0, { value });
      });
    });
    for (const [id, parent, line] of parents) {
      const above = builder.idOf(parent);
      if (above === undefined) context.problems.error(file.name, line, `the parent ${parent} is not in the file`);
      else builder.parent(id, above);
    }
  },
};

function isTrue(cell: string): boolean {
  return /^(true|1|yes|y)$/i.test(cell);
}

async function tableOf(
  input: ReleaseInput,
): Promise<{ readonly file: ReleaseFile; readonly delimiter: ',' | ';' | '\t'; readonly header: readonly string[] }> {
  const file = fileOf(input, FILE, 'ending with .csv or .tsv');
  for await (const piece of textOf(file, 'utf-8', () => undefined)) {
    const first = piece.split('\n', 1)[0] ?? '';
    const delimiter = file.name.toLowerCase().endsWith('.tsv') ? '\t' : first.includes(',') ? ',' : ';';
    for await (const [row] of quotedRows(file.name, pieces(`${first}\n`), delimiter)) {
      return { file, delimiter, header: (row?.cells ?? []).map((cell) => cell.trim()) };
    }
  }
  throw new UnreadableRelease(file.name, 'is empty');
}

async function* pieces(text: string): AsyncGenerator<string> {
  yield text;
}
