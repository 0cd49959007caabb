import { readRows } from '../read-rows.ts';
import type { ReleaseFormat } from '../release-format.ts';
import { fileOf, versionOf } from './release-files.ts';
import { systemHeader } from './system-header.ts';

const CVX = 'http://hl7.org/fhir/sid/cvx';
const FILE = /cvx.*\.txt$/i;

/** Vaccines administered, the pipe-delimited text of the CDC. https://www2.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=cvx */
export const cvx: ReleaseFormat = {
  name: 'cvx',
  title: 'CVX',
  async identify({ input, version: given }) {
    const version = versionOf(input, given, /(\d{4}-?\d{2}-?\d{2})/);
    const header = systemHeader({
      url: CVX,
      version,
      name: 'CVX',
      title: 'Vaccines administered (CVX)',
      publisher: 'Centers for Disease Control and Prevention',
    });
    return { url: CVX, version, isCaseSensitive: true, hasRefsets: false, header };
  },
  bytes: (input) => fileOf(input, FILE, 'cvx.txt').size,
  async read(input, builder, context) {
    const file = fileOf(input, FILE, 'cvx.txt');
    const vaccineStatus = builder.kind('VaccineStatus', 'code');
    const full = builder.use({ system: 'http://terminology.hl7.org/CodeSystem/designation-usage', code: 'display' });
    // Code, short description, full name, notes, status
    const layout = { delimiter: '|', columns: [0, 1, 2, 3, 4], encoding: 'windows-1252' } as const;
    await readRows(context, file, layout, (cells, line) => {
      const [code = '', short = '', name = '', notes = '', status = ''] = cells.map((cell) => cell.trim());
      if (!/^\d{1,3}$/.test(code)) {
        if (line > 1)
          context.problems.error(file.name, line, `"${code}" is not a CVX code: up to three digits are expected`);
        return;
      }
      const isActive = status !== 'Inactive' && status !== 'Never Active';
      const id = builder.concept({ code, display: short, definition: notes, isActive }, file.name, line);
      if (id === undefined) return;
      if (name !== '' && name !== short) builder.designation(id, { language: 'en', use: full, value: name });
      if (status !== '') builder.property(id, vaccineStatus, { value: status });
    });
  },
};
