import type { ReleaseFormat } from '../../release-format.ts';
import { fileOf, filesOf, totalSize, versionOf } from '../release-files.ts';
import { systemHeader } from '../system-header.ts';
import type { ReleaseFile, ReleaseInput } from '../../release-input.ts';
import { readAnswers } from './loinc-answers.ts';
import { readHierarchy, readPanels, readPartLinks, readParts } from './loinc-parts.ts';
import { readTerms } from './loinc-terms.ts';
import { readVariants } from './loinc-variants.ts';

const LOINC = 'http://loinc.org';

export interface LoincFiles {
  readonly terms: ReleaseFile;
  readonly parts: readonly ReleaseFile[];
  readonly partLinks: readonly ReleaseFile[];
  readonly hierarchy: readonly ReleaseFile[];
  readonly answers: readonly ReleaseFile[];
  readonly answerLinks: readonly ReleaseFile[];
  readonly panels: readonly ReleaseFile[];
  readonly consumerNames: readonly ReleaseFile[];
  readonly variants: readonly ReleaseFile[];
}

/** LOINC, the complete release. https://loinc.org/kb/users-guide/loinc-database-structure/ */
export const loinc: ReleaseFormat = {
  name: 'loinc',
  title: 'LOINC',
  licence: { name: 'LOINC License', url: 'https://loinc.org/license/' },
  async identify({ input, version: given }) {
    loincFiles(input);
    const version = versionOf(input, given, /(\d+\.\d+)/);
    const header = systemHeader({
      url: LOINC,
      version,
      name: 'LOINC',
      title: 'LOINC',
      publisher: 'Regenstrief Institute',
      copyright:
        'LOINC is copyright Regenstrief Institute, Inc. and the LOINC Committee; see https://loinc.org/license/',
      isCaseSensitive: false,
      valueSet: `${LOINC}/vs`,
      isHierarchy: true,
    });
    return { url: LOINC, version, isCaseSensitive: false, hasRefsets: false, header };
  },
  bytes: (input) => totalSize(Object.values(loincFiles(input)).flat() as readonly ReleaseFile[]),
  async read(input, builder, context) {
    const files = loincFiles(input);
    await readTerms(files, builder, context);
    await readParts(files, builder, context);
    await readPartLinks(files, builder, context);
    await readHierarchy(files, builder, context);
    await readPanels(files, builder, context);
    await readAnswers(files, builder, context);
    await readVariants(files, builder, context);
  },
};

function loincFiles(input: ReleaseInput): LoincFiles {
  return {
    terms: fileOf(input, /^Loinc\.csv$/i, 'LoincTable/Loinc.csv'),
    parts: filesOf(input, /^Part\.csv$/i),
    partLinks: filesOf(input, /^LoincPartLink_Primary\.csv$/i),
    hierarchy: filesOf(input, /^(ComponentHierarchyBySystem|MultiAxialHierarchy)\.csv$/i).slice(0, 1),
    answers: filesOf(input, /^AnswerList\.csv$/i),
    answerLinks: filesOf(input, /^LoincAnswerListLink\.csv$/i),
    panels: filesOf(input, /^PanelsAndForms\.csv$/i),
    consumerNames: filesOf(input, /^ConsumerName\.csv$/i),
    variants: filesOf(input, /^[a-z]{2}[A-Z]{2}\d+LinguisticVariant\.csv$/),
  };
}
