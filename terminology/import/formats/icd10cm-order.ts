import { textOf } from '../decode.ts';
import type { ReleaseFormat } from '../release-format.ts';
import { dotted, ICD10CM_CODE, icd10cmIdentity } from './icd10cm-system.ts';
import { fileOf, versionOf } from './release-files.ts';

const FILE = /^icd10cm[-_]order[-_]?.*\.txt$/i;
const CALLED = 'icd10cm-order-YYYY.txt';

/** ICD-10-CM, the order file: fixed width. https://www.cms.gov/medicare/coding-billing/icd-10-codes */
export const icd10cmOrder: ReleaseFormat = {
  name: 'icd10cm-order',
  title: 'ICD-10-CM (order file)',
  async identify({ input, version }) {
    const { name } = fileOf(input, FILE, CALLED);
    return icd10cmIdentity(version ?? /(\d{4})\.txt$/.exec(name)?.[1] ?? versionOf(input, undefined));
  },
  bytes: (input) => fileOf(input, FILE, CALLED).size,
  async read(input, builder, context) {
    const file = fileOf(input, FILE, CALLED);
    builder.kind('billable', 'boolean', 'own');
    const short = builder.use({ system: 'http://terminology.hl7.org/CodeSystem/designation-usage', code: 'display' });
    let line = 0;
    for await (const piece of textOf(file, 'windows-1252', (bytes) => context.countBytes(bytes))) {
      for (const row of piece.split('\n').slice(0, piece.endsWith('\n') ? -1 : undefined)) {
        line += 1;
        if (row.trim() === '') continue;
        const code = dotted(row.slice(6, 13).trim());
        const flag = row.charAt(14);
        const long = row.slice(77).trim();
        if (!ICD10CM_CODE.test(code) || (flag !== '0' && flag !== '1') || long === '') {
          context.problems.error(
            file.name,
            line,
            'is not a row of an order file: code in columns 7-13, 0 or 1 in column 15, description from column 78',
          );
          continue;
        }
        context.countRow();
        const own = JSON.stringify({ billable: String(flag === '1') });
        const id = builder.concept({ code, display: long, own }, file.name, line);
        if (id === undefined) continue;
        const abbreviated = row.slice(16, 76).trim();
        if (abbreviated !== '' && abbreviated !== long)
          builder.designation(id, { language: 'en', use: short, value: abbreviated });
        // Headers stand before what is below them; a code is below the longest one that it begins with.
        for (let length = code.length - 1; length >= 3; length -= 1) {
          const parent = code.charAt(length - 1) === '.' ? undefined : builder.idOf(code.slice(0, length));
          if (parent === undefined) continue;
          builder.parent(id, parent);
          break;
        }
      }
      await context.drain();
    }
  },
};
