/** Versions that the dictionary tells apart, in order. */
export const VERSIONS = ['2.1', '2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.7.1', '2.8'] as const;
export type Version = (typeof VERSIONS)[number];

/** Name, data type, number of its HL7 table (0: none), most repetitions (0: no limit), whether it is required (1). */
export type CompactField = readonly [name: string, type: string, table: number, repetitions: number, required: 0 | 1];

/** Segments and data types of one version, each with its name and its fields or components in order, from 1 on. */
export interface VersionData {
  readonly segments: Readonly<Record<string, readonly [name: string, fields: readonly CompactField[]]>>;
  readonly types: Readonly<Record<string, readonly [name: string, components: readonly CompactField[]]>>;
}

/** What the files are made of, and in which form: files of another are made anew. */
export const DICTIONARY_SOURCE = '1.8.0';
const FORMAT = 1;

/** Below the package's root. */
export const DICTIONARY_FOLDER = `dist/hl7-dictionary/${DICTIONARY_SOURCE}-${FORMAT}`;
