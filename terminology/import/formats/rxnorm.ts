import { readRows } from '../read-rows.ts';
import type { ReleaseBuilder } from '../release-builder.ts';
import type { ReadContext, ReleaseFormat } from '../release-format.ts';
import type { ReleaseFile, ReleaseInput } from '../release-input.ts';
import { fileOf, filesOf, totalSize, versionOf } from './release-files.ts';
import { systemHeader } from './system-header.ts';

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
/** Types of terms that name a concept another way. */
const SYNONYMS: readonly string[] = ['SY', 'TMSY', 'PSN', 'ET'];

/** RxNorm, full or prescribable content (RRF). https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html */
export const rxnorm: ReleaseFormat = {
  name: 'rxnorm',
  title: 'RxNorm',
  licence: {
    name: 'UMLS Metathesaurus License',
    url: 'https://www.nlm.nih.gov/research/umls/rxnorm/docs/termsofservice.html',
  },
  async identify({ input, version: given }) {
    rxnormFiles(input);
    const version = versionOf(input, given, /(\d{8})/);
    const header = systemHeader({
      url: RXNORM,
      version,
      name: 'RxNorm',
      title: 'RxNorm',
      publisher: 'National Library of Medicine',
      copyright: 'RxNorm is provided by the National Library of Medicine; sources other than RXNORM are not loaded.',
      valueSet: `${RXNORM}/vs`,
    });
    return { url: RXNORM, version, isCaseSensitive: true, hasRefsets: false, header };
  },
  bytes: (input) => totalSize(Object.values(rxnormFiles(input)).flat()),
  async read(input, builder, context) {
    const files = rxnormFiles(input);
    await readNames(files.names, builder, context);
    for (const file of files.types) await readTypes(file, builder, context);
    for (const file of files.attributes) await readAttributes(file, builder, context);
    for (const file of files.archive) await readArchive(file, builder, context);
    for (const file of files.relations) await readRelations(file, builder, context);
  },
};

function rxnormFiles(input: ReleaseInput) {
  // A release holds the prescribable subset in a folder of its own: the first of each name is the larger one.
  return {
    names: fileOf(input, /^RXNCONSO\.RRF$/i, 'rrf/RXNCONSO.RRF'),
    relations: filesOf(input, /^RXNREL\.RRF$/i).slice(0, 1),
    attributes: filesOf(input, /^RXNSAT\.RRF$/i).slice(0, 1),
    types: filesOf(input, /^RXNSTY\.RRF$/i).slice(0, 1),
    archive: filesOf(input, /^RXNATOMARCHIVE\.RRF$/i).slice(0, 1),
  };
}

async function readNames(file: ReleaseFile, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  const type = builder.kind('TTY', 'code');
  const uses = new Map(SYNONYMS.map((code) => [code, builder.use({ system: RXNORM, code })]));
  // RXCUI, LAT, SAB, TTY, STR, SUPPRESS
  await readRows(context, file, { delimiter: '|', columns: [0, 1, 11, 12, 14, 16] }, (cells, line) => {
    const [code = '', , source, termType = '', text = '', suppress] = cells;
    if (source !== 'RXNORM') return;
    if (!/^\d+$/.test(code)) {
      context.problems.error(file.name, line, `"${code}" is not an RXCUI: digits are expected`);
      return;
    }
    const id = builder.idOf(code) ?? builder.concept({ code }, file.name, line);
    if (id === undefined) return;
    const use = uses.get(termType);
    if (use !== undefined) {
      builder.designation(id, { language: 'en', use, value: text });
      builder.display(id, text, 5);
      return;
    }
    builder.display(id, text, 0);
    builder.searched(id, text);
    builder.property(id, type, { value: termType });
    if (suppress === 'O') builder.isActive[id] = false;
  });
}

async function readTypes(file: ReleaseFile, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  const type = builder.kind('STY', 'string');
  await readRows(context, file, { delimiter: '|', columns: [0, 3] }, ([code = '', value = '']) => {
    const id = builder.idOf(code);
    if (id !== undefined) builder.property(id, type, { value });
  });
}

async function readAttributes(file: ReleaseFile, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  // RXCUI, ATN, SAB, ATV
  await readRows(
    context,
    file,
    { delimiter: '|', columns: [0, 8, 9, 10] },
    ([code = '', name = '', source, value = '']) => {
      const id = builder.idOf(code);
      if (id !== undefined && source === 'RXNORM' && name !== '')
        builder.property(id, builder.kind(name, 'string'), { value });
    },
  );
}

/** Concepts that are gone, with the one that they were merged into. */
async function readArchive(file: ReleaseFile, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  const replaced = builder.kind('replacedBy', 'code');
  // STR, RXCUI, SAB, MERGED_TO_RXCUI
  await readRows(
    context,
    file,
    { delimiter: '|', columns: [2, 12, 13, 15] },
    ([text = '', code = '', source, merged = ''], line) => {
      if (source !== 'RXNORM' || code === '' || builder.idOf(code) !== undefined) return;
      const id = builder.concept({ code, display: text, isActive: false }, file.name, line);
      if (id === undefined || merged === '' || merged === code) return;
      const target = builder.idOf(merged);
      builder.property(id, replaced, target === undefined ? { value: merged } : { target });
    },
  );
}

/** "RXCUI2 RELA RXCUI1", both ways in the file: each concept has its own. */
async function readRelations(file: ReleaseFile, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  // RXCUI1, RXCUI2, RELA, SAB
  await readRows(
    context,
    file,
    { delimiter: '|', columns: [0, 4, 7, 10] },
    ([to = '', from = '', relation = '', source]) => {
      if (source !== 'RXNORM' || relation === '' || to === '' || from === '') return;
      const id = builder.idOf(from);
      const target = builder.idOf(to);
      if (id !== undefined && target !== undefined) builder.property(id, builder.kind(relation, 'code'), { target });
    },
  );
}
