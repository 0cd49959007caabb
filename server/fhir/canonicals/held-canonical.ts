import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import type { CanonicalEntry } from '../../definitions/canonical-index.ts';
import { codeSystemFacts } from '../../definitions/code-system-facts.ts';
import { CANONICAL_TYPES } from '../../definitions/canonicals.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { resourceText, type StoredVersion } from '../../storage/body.ts';
import { parseStored } from '../write/current.ts';
import type { ParsedCache } from './parsed-cache.ts';

const compress = promisify(deflateRaw);
/** Bytes; smaller bodies gain nothing. */
const COMPRESSED_FROM = 2048;

/**
 * A stored canonical resource as a process keeps it: what it is found by, and its body, compressed; undefined for one
 * without url. A body is parsed when somebody asks for it. Whoever still holds the result gets the same object again.
 */
export async function holdCanonical(row: StoredVersion, cache: ParsedCache): Promise<CanonicalEntry | undefined> {
  const type = CANONICAL_TYPES.find((candidate) => candidate === row.type);
  const resource = JSON.parse(resourceText(row)) as Record<string, unknown>;
  const { url, version, status } = resource;
  if (type === undefined || typeof url !== 'string') return undefined;
  const { id, version: versionId, updated } = row;
  const characters = row.body.length;
  const body = await pack(row.body);
  let known: WeakRef<JsonObject> | undefined;
  const entry: CanonicalEntry = {
    type,
    url,
    version: typeof version === 'string' ? version : undefined,
    status: typeof status === 'string' ? status : undefined,
    ...(type === 'CodeSystem' ? { facts: codeSystemFacts(resource) } : {}),
    load() {
      let parsed = known?.deref();
      if (parsed === undefined) {
        parsed = parseStored(type, { id, version: versionId, updated, body: unpack(body) });
        known = new WeakRef(parsed);
      }
      cache.keep(entry, parsed, characters);
      return parsed;
    },
  };
  return entry;
}

interface Packed {
  readonly isCompressed: boolean;
  readonly bytes: Buffer;
}

async function pack(text: string): Promise<Packed> {
  const bytes = Buffer.from(text);
  if (bytes.length < COMPRESSED_FROM) return { isCompressed: false, bytes };
  return { isCompressed: true, bytes: await compress(bytes, { level: 1 }) };
}

function unpack({ isCompressed, bytes }: Packed): string {
  return (isCompressed ? inflateRawSync(bytes) : bytes).toString();
}
