import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../server/kernel/package-root.ts';
import { DICTIONARY_FOLDER, VERSIONS, type CompactField, type Version, type VersionData } from './version-data.ts';

/** A field of a segment, or a component of a data type. */
export interface FieldDefinition {
  /** `Patient Identifier List`. */
  readonly name: string;
  /** `CX`. */
  readonly type: string;
  /** Number of its HL7 table: 203 for HL70203. */
  readonly table?: number;
  readonly isRequired: boolean;
  /** `Infinity` where there is no limit. */
  readonly maxRepetitions: number;
}

/** `Patient Identification`; `undefined` for segments that no version has, such as Z segments. */
export function segmentName(segment: string, version: Version): string | undefined {
  return found(version, (data) => lookUp(data.segments, segment))?.[0];
}

/** @param field from 1 on; `undefined` where no version has it */
export function fieldDefinition(segment: string, field: number, version: Version): FieldDefinition | undefined {
  return definitionOf(found(version, (data) => lookUp(data.segments, segment)?.[1][field - 1]));
}

/** `Extended Composite ID with Check Digit`. */
export function typeName(type: string, version: Version): string | undefined {
  return found(version, (data) => lookUp(data.types, type))?.[0];
}

/** Of a data type; for a subcomponent ask for the component's type. @param component from 1 on */
export function componentDefinition(type: string, component: number, version: Version): FieldDefinition | undefined {
  return definitionOf(found(version, (data) => lookUp(data.types, type)?.[1][component - 1]));
}

/** In the version itself, else in the next later one that has it, else in the last earlier one: senders mix versions. */
function found<T>(version: Version, find: (data: VersionData) => T | undefined): T | undefined {
  const place = VERSIONS.indexOf(version);
  for (const candidate of [...VERSIONS.slice(place), ...VERSIONS.slice(0, place).reverse()]) {
    const result = find(load(candidate));
    if (result !== undefined) return result;
  }
  return undefined;
}

/** Names come from messages. */
function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function definitionOf(field: CompactField | undefined): FieldDefinition | undefined {
  if (field === undefined) return undefined;
  const [name, type, table, repetitions, required] = field;
  return {
    name,
    type,
    ...(table === 0 ? {} : { table }),
    isRequired: required === 1,
    maxRepetitions: repetitions === 0 ? Infinity : repetitions,
  };
}

const loaded = new Map<Version, VersionData>();
/** ms */
const PREPARE_TIME = 120_000;

/** Of the build; made now where there was none, as in development. */
function load(version: Version): VersionData {
  let data = loaded.get(version);
  if (data === undefined) {
    const root = packageRoot();
    const file = join(root, DICTIONARY_FOLDER, `${version}.json`);
    if (!existsSync(file)) {
      const program = join(root, 'hl7-gateway/dictionary/prepare.ts');
      execFileSync(process.execPath, ['--import', 'tsx', program], { cwd: root, timeout: PREPARE_TIME, stdio: 'pipe' });
    }
    data = JSON.parse(readFileSync(file, 'utf8')) as VersionData;
    loaded.set(version, data);
  }
  return data;
}
