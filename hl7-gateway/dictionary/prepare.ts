import { join } from 'node:path';
import { packageRoot } from '../../server/kernel/package-root.ts';
import { writeWhole } from '../../server/kernel/write-whole.ts';
import { DICTIONARY_FOLDER, VERSIONS, type CompactField, type VersionData } from './version-data.ts';

// Part of the build, and a program of its own: the package (MIT, https://github.com/panates/hl7v2) is 36 MB with what it needs, of
// which the names of fields are wanted. Its message structures are left out: a segment that stands twice in one is there once.

interface HL7FieldDefinition {
  readonly desc?: string;
  readonly type: string;
  readonly table?: number;
  readonly rep?: number | 'infinite';
  readonly opt?: string;
}
type Fields = Readonly<Record<string, HL7FieldDefinition>> | undefined;
type Definitions = Readonly<Record<string, { readonly desc?: string; readonly fields?: Fields }>>;

interface DictionaryPackage {
  readonly dictionaries: Readonly<Record<string, { readonly segments: Definitions; readonly types: Definitions }>>;
}

// Imported by a name that the compiler does not follow: the package's own types bring those of browsers into every file.
const PACKAGE: string = 'hl7v2-dictionary';
const { dictionaries } = (await import(PACKAGE)) as DictionaryPackage;

function compactFields(fields: Fields): CompactField[] {
  return Object.values(fields ?? {}).map(({ desc = '', type, table = 0, rep = 1, opt }) => {
    return [desc, type, table, rep === 'infinite' ? 0 : rep, opt === 'R' ? 1 : 0];
  });
}

function compact(definitions: Definitions) {
  const entries = Object.entries(definitions);
  return Object.fromEntries(entries.map(([id, { desc = '', fields }]) => [id, [desc, compactFields(fields)] as const]));
}

const folder = join(packageRoot(), DICTIONARY_FOLDER);
for (const version of VERSIONS) {
  const dictionary = dictionaries[version];
  if (dictionary === undefined) throw new Error(`hl7v2-dictionary has no version ${version}`);
  const data: VersionData = { segments: compact(dictionary.segments), types: compact(dictionary.types) };
  writeWhole(join(folder, `${version}.json`), JSON.stringify(data));
}
