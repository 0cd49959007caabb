import { SaxesParser } from 'saxes';
import { textOf } from '../decode.ts';
import { UnreadableRelease } from '../problem.ts';
import type { ReleaseBuilder } from '../release-builder.ts';
import type { ReleaseFormat } from '../release-format.ts';
import type { ReleaseFile } from '../release-input.ts';
import { ICD10CM_CODE, icd10cmIdentity } from './icd10cm-system.ts';
import { fileOf, versionOf } from './release-files.ts';

const FILE = /^icd10cm[-_]tabular.*\.xml$/i;
const CALLED = 'icd10cm-tabular-YYYY.xml';
/** Notes that become properties of the concept that they stand in. */
const NOTES = ['inclusionTerm', 'includes', 'excludes1', 'excludes2', 'codeFirst', 'useAdditionalCode', 'codeAlso'];

interface OpenConcept {
  id: number | undefined;
  code: string;
  display: string;
  /** Meanings of the seventh character, for the codes below that have no own ones. */
  extensions: ReadonlyMap<string, string> | undefined;
  hasChildren: boolean;
}

/**
 * ICD-10-CM, the tabular list in XML. Chapters and sections become concepts that are not to be chosen; seventh characters
 * become codes of their own. https://www.cdc.gov/nchs/icd/icd-10-cm/files.html
 */
export const icd10cmXml: ReleaseFormat = {
  name: 'icd10cm',
  title: 'ICD-10-CM (tabular list)',
  async identify({ input, version }) {
    const { name } = fileOf(input, FILE, CALLED);
    return icd10cmIdentity(version ?? /(\d{4})[^/]*\.xml$/.exec(name)?.[1] ?? versionOf(input, undefined));
  },
  bytes: (input) => fileOf(input, FILE, CALLED).size,
  async read(input, builder, context) {
    const file = fileOf(input, FILE, CALLED);
    const parser = tabularParser(file, builder, () => context.countRow());
    for await (const piece of textOf(file, 'utf-8', (bytes) => context.countBytes(bytes))) {
      parser.write(piece);
      await context.drain();
    }
    parser.close();
  },
};

function tabularParser(file: ReleaseFile, builder: ReleaseBuilder, countRow: () => void): SaxesParser {
  const parser = new SaxesParser();
  const fail = (text: string): Error => new UnreadableRelease(file.name, text, parser.line);
  builder.kind('billable', 'boolean', 'own');
  const kinds = new Map(NOTES.map((name) => [name, builder.kind(name, 'string')]));
  const elements: string[] = [];
  const open: OpenConcept[] = [];
  let text = '';
  let extensionCharacter = '';

  const create = (concept: OpenConcept, isGroup: boolean): void => {
    const own = isGroup ? undefined : JSON.stringify({ billable: 'false' });
    const parent = open[open.indexOf(concept) - 1];
    concept.id = builder.concept(
      { code: concept.code, display: concept.display, isAbstract: isGroup, ...(own === undefined ? {} : { own }) },
      file.name,
      parser.line,
    );
    countRow();
    if (parent === undefined) return;
    parent.hasChildren = true;
    if (concept.id !== undefined && parent.id !== undefined) builder.parent(concept.id, parent.id);
  };

  const close = (): void => {
    const concept = open.pop();
    if (concept?.id === undefined || concept.hasChildren || !ICD10CM_CODE.test(concept.code)) return;
    const extensions = concept.extensions ?? open.findLast((above) => above.extensions !== undefined)?.extensions;
    if (extensions === undefined) {
      builder.own[concept.id] = JSON.stringify({ billable: 'true' });
      return;
    }
    for (const [character, meaning] of extensions) {
      const code = (concept.code.includes('.') ? concept.code : `${concept.code}.`).padEnd(7, 'X') + character;
      const own = JSON.stringify({ billable: 'true' });
      const id = builder.concept({ code, display: `${concept.display}, ${meaning}`, own }, file.name, parser.line);
      if (id !== undefined) builder.parent(id, concept.id);
    }
  };

  parser.on('error', (error) => {
    throw fail(error.message);
  });
  parser.on('doctype', () => {
    throw fail('has a DOCTYPE, which is not read');
  });
  parser.on('text', (characters) => (text += characters));
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'chapter' || name === 'section' || name === 'diag') {
      if (open.length > 20) throw fail('is nested more than 20 levels deep');
      const code = name === 'section' ? (attributes.id ?? '') : '';
      open.push({ id: undefined, code, display: '', extensions: undefined, hasChildren: false });
    }
    const concept = open.at(-1);
    if (name === 'sevenChrDef' && concept !== undefined) concept.extensions = new Map();
    if (name === 'extension') extensionCharacter = attributes.char ?? '';
    elements.push(name);
    text = '';
  });
  parser.on('closetag', ({ name }) => {
    elements.pop();
    const concept = open.at(-1);
    const container = elements.at(-1) ?? '';
    const value = text.replace(/\s+/g, ' ').trim();
    text = '';
    if (concept === undefined) return;
    const isOwn = container === 'chapter' || container === 'section' || container === 'diag';
    if (name === 'name' && isOwn) concept.code = value;
    else if (name === 'desc' && isOwn) {
      concept.display = value;
      create(concept, container !== 'diag');
    } else if (name === 'extension' && concept.extensions !== undefined) {
      concept.extensions = new Map([...concept.extensions, [extensionCharacter, value]]);
    } else if (name === 'note' && concept.id !== undefined) {
      const kind = kinds.get(container);
      if (kind !== undefined) builder.property(concept.id, kind, { value });
      if (container === 'inclusionTerm') builder.searched(concept.id, value);
    } else if (name === 'chapter' || name === 'section' || name === 'diag') close();
  });
  return parser;
}
