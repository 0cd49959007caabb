import { isSctid } from '../../check-digits.ts';
import { readRows } from '../../read-rows.ts';
import type { ReleaseBuilder } from '../../release-builder.ts';
import type { ReadContext, ReleaseFormat } from '../../release-format.ts';
import { totalSize } from '../release-files.ts';
import { rf2Files, type Rf2Files } from './rf2-files.ts';
import { readRefsets } from './rf2-refsets.ts';
import { readRelationships } from './rf2-relationships.ts';
import { identifyRf2 } from './rf2-system.ts';
import { readTerms } from './rf2-terms.ts';

const DEFINED = '900000000000073002';

/** SNOMED CT, Release Format 2, the Snapshot of an edition. https://confluence.ihtsdotools.org/display/DOCRELFMT */
export const rf2: ReleaseFormat = {
  name: 'rf2',
  title: 'SNOMED CT',
  licence: { name: 'SNOMED CT Affiliate Licence', url: 'https://www.snomed.org/get-snomed' },
  identify: identifyRf2,
  bytes: (input) => totalSize(Object.values(rf2Files(input)).flat()),
  async read(input, builder, context) {
    const files = rf2Files(input);
    await readConcepts(files, builder, context);
    await readRelationships(files, builder, context);
    await readTerms(files, builder, context);
    await readRefsets(files, builder, context);
  },
};

async function readConcepts(files: Rf2Files, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  builder.kind('effectiveTime', 'string', 'own');
  builder.kind('moduleId', 'code', 'own');
  builder.kind('sufficientlyDefined', 'boolean', 'own');
  const columns = ['id', 'effectiveTime', 'active', 'moduleId', 'definitionStatusId'];
  for (const file of files.concepts) {
    await readRows(
      context,
      file,
      { delimiter: '\t', columns },
      ([code = '', time = '', active, module = '', status], line) => {
        if (!isSctid(code)) {
          context.problems.error(
            file.name,
            line,
            `"${code}" is not an identifier: 6 to 18 digits with a check digit are expected`,
          );
          return;
        }
        const own = `{"effectiveTime":"${time}","moduleId":"${module}","sufficientlyDefined":"${status === DEFINED}"}`;
        if (!/^\d{8}$/.test(time) || !/^\d{6,18}$/.test(module)) {
          context.problems.error(file.name, line, 'effectiveTime is not YYYYMMDD, or moduleId is no identifier');
          return;
        }
        builder.concept({ code, isActive: active === '1', own }, file.name, line);
      },
    );
  }
}
