import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { textLines } from '../kernel/text-lines.ts';
import { isObject, parseJson, type JsonObject } from '../kernel/json.ts';

/** Rows, and characters of resources, of one row group: what is in memory at once. */
const MOST_ROWS = 2000;
const MOST_TEXT = 2_000_000;

const LIMITS = { maxDepth: 256 };

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

/** `patient` is the reference of `subject` or `patient`, whichever the resource has. */
const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: 6 },
  { name: 'id', repetition_type: 'REQUIRED', ...TEXT },
  { name: 'version', repetition_type: 'REQUIRED', type: 'INT32' },
  {
    name: 'lastUpdated',
    repetition_type: 'REQUIRED',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  { name: 'status', repetition_type: 'OPTIONAL', ...TEXT },
  { name: 'patient', repetition_type: 'OPTIONAL', ...TEXT },
  { name: 'resource', repetition_type: 'REQUIRED', ...TEXT },
];

interface Row {
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: Date;
  readonly status: string | undefined;
  readonly patient: string | undefined;
  readonly resource: string;
}

/**
 * Writes the resources of a gzipped NDJSON file as Parquet: the resource as JSON text, with the columns by which it is
 * looked for beside it. https://parquet.apache.org/docs/file-format/
 * @returns bytes of what was written
 */
export async function writeParquet(from: string, to: string): Promise<number> {
  const writer = new ParquetWriter({ writer: fileWriter(to), schema: SCHEMA });
  let rows: Row[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    await writer.write({ columnData: columnsOf(rows), rowGroupSize: MOST_ROWS });
    rows = [];
    length = 0;
  };
  const content = pipeline(createReadStream(from), createGunzip(), () => undefined);
  for await (const line of textLines(content)) {
    rows.push(rowOf(line));
    length += line.length;
    if (rows.length === MOST_ROWS || length > MOST_TEXT) await flush();
  }
  if (rows.length > 0) await flush();
  await writer.finish();
  return (await stat(to)).size;
}

function columnsOf(rows: readonly Row[]): Parameters<ParquetWriter['write']>[0]['columnData'] {
  return [
    { name: 'id', data: rows.map(({ id }) => id), encoding: 'PLAIN' },
    { name: 'version', data: rows.map(({ version }) => version) },
    { name: 'lastUpdated', data: rows.map(({ lastUpdated }) => lastUpdated), encoding: 'PLAIN' },
    { name: 'status', data: rows.map(({ status }) => status) },
    { name: 'patient', data: rows.map(({ patient }) => patient) },
    { name: 'resource', data: rows.map(({ resource }) => resource), encoding: 'PLAIN' },
  ];
}

function rowOf(line: string): Row {
  const resource = parseJson(line, LIMITS);
  if (!isObject(resource) || !isObject(resource.meta)) throw new Error('an exported line is not a resource');
  const { id, meta, status, subject, patient } = resource;
  return {
    id: String(id),
    version: Number(meta.versionId),
    lastUpdated: new Date(String(meta.lastUpdated)),
    status: typeof status === 'string' ? status : undefined,
    patient: referenceOf({ subject: subject ?? patient ?? null }),
    resource: line,
  };
}

function referenceOf({ subject }: JsonObject): string | undefined {
  return isObject(subject) && typeof subject.reference === 'string' ? subject.reference : undefined;
}
