import { textOf } from '../decode.ts';
import type { ReleaseFormat } from '../release-format.ts';
import { fileOf, versionOf } from './release-files.ts';
import { systemHeader } from './system-header.ts';

const HCPCS = 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets';
const FILE = /^HCPC.*\.txt$/i;
const CALLED = 'HCPCyyyy_…_ANWEB.txt';

interface Entry {
  readonly code: string;
  readonly line: number;
  description: string;
  readonly short: string;
  readonly added: string;
  readonly ended: string;
  readonly isModifier: boolean;
}

/**
 * HCPCS Level II, the fixed-width file of CMS: long descriptions go over several rows of one code (record 3 or 7 begins
 * one, 4 or 8 continues it). https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system
 */
export const hcpcs: ReleaseFormat = {
  name: 'hcpcs',
  title: 'HCPCS Level II',
  async identify({ input, version: given }) {
    const version =
      given ?? /HCPC(\d{4}_?[A-Z]{0,3})/i.exec(fileOf(input, FILE, CALLED).name)?.[1] ?? versionOf(input, undefined);
    const header = systemHeader({
      url: HCPCS,
      version,
      name: 'HCPCSReleaseCodeSets',
      title: 'Healthcare Common Procedure Coding System, Level II',
      publisher: 'Centers for Medicare and Medicaid Services',
    });
    return { url: HCPCS, version, isCaseSensitive: true, hasRefsets: false, header };
  },
  bytes: (input) => fileOf(input, FILE, CALLED).size,
  async read(input, builder, context) {
    const file = fileOf(input, FILE, CALLED);
    const [added, ended, kind] = ['added', 'terminated', 'kind'].map((code) => builder.kind(code, 'string'));
    const short = builder.use({ system: 'http://terminology.hl7.org/CodeSystem/designation-usage', code: 'display' });
    let entry: Entry | undefined;
    const finish = (): void => {
      if (entry === undefined) return;
      const { code, line, description } = entry;
      const id = builder.concept({ code, display: description, isActive: entry.ended === '' }, file.name, line);
      if (id === undefined) return;
      if (entry.short !== '') builder.designation(id, { language: 'en', use: short, value: entry.short });
      builder.property(id, kind ?? 0, { value: entry.isModifier ? 'modifier' : 'procedure' });
      if (entry.added !== '') builder.property(id, added ?? 0, { value: entry.added });
      if (entry.ended !== '') builder.property(id, ended ?? 0, { value: entry.ended });
    };
    let line = 0;
    for await (const piece of textOf(file, 'windows-1252', (bytes) => context.countBytes(bytes))) {
      for (const row of piece.split('\n')) {
        if (row.trim() === '') continue;
        line += 1;
        context.countRow();
        const record = row.charAt(10);
        const code = row.slice(0, 5).trim();
        const description = row.slice(11, 91).trim();
        if (record === '3' || record === '7') {
          finish();
          if (!/^([A-Z]\d{4}|[A-Z0-9]{2})$/.test(code))
            context.problems.error(
              file.name,
              line,
              `"${code}" is not a code: a letter and four digits, or a modifier of two characters`,
            );
          entry = {
            code,
            line,
            description,
            short: row.slice(91, 119).trim(),
            added: row.slice(268, 276).trim(),
            ended: row.slice(284, 292).trim(),
            isModifier: record === '7',
          };
        } else if ((record === '4' || record === '8') && entry?.code === code) entry.description += ` ${description}`;
        else context.problems.error(file.name, line, 'is not a row of the file: 3, 4, 7 or 8 is expected in column 11');
      }
      await context.drain();
    }
    finish();
  },
};
