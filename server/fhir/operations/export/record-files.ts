import { fault, Fault } from '../../../kernel/fault.ts';
import { isObject, parseJson, stringifyJson, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { resourceText } from '../../../storage/body.ts';
import type { Ctx, Engine } from '../../engine.ts';
import { visibleVersion } from '../../interactions/visible.ts';
import type { FhirRequest, FhirResponse } from '../../request.ts';
import { patientEverything } from '../everything.ts';
import type { ZipFile } from './zip.ts';

/** Bytes of a record, before it is packed. Larger ones are for bulk export. */
const MAX_SIZE = 512 * 1024 * 1024;
const LIMITS = { maxDepth: 256 };

/**
 * A patient's record as far as the caller may see it: resources by type (NDJSON), documents as files, and what the audit
 * trail has about it.
 * @throws Fault 404 when there is no such patient, 422 when it is too large
 */
export async function recordFiles(engine: Engine, ctx: Ctx, patient: string): Promise<readonly ZipFile[]> {
  const record = new RecordFiles();
  const everything = (request: FhirRequest): Promise<FhirResponse> =>
    patientEverything.run(engine, ctx, { request, type: 'Patient', id: patient });
  const documents = new Set<string>();
  for await (const resource of resourcesOf(everything, ['Patient', patient, '$everything'])) {
    record.addLine('resources', resource);
    for (const id of binariesIn(resource)) documents.add(id);
  }
  const events = engine.typeServers.get('AuditEvent')?.interactions['search-compartment'];
  if (events !== undefined) {
    const search = (request: FhirRequest): Promise<FhirResponse> => events(engine, ctx, request);
    for await (const event of resourcesOf(search, ['Patient', patient, 'AuditEvent'])) record.addLine('audit', event);
  }
  for (const id of documents) await addDocument(engine, ctx, record, id);
  return record.files();
}

class RecordFiles {
  private readonly lines = new Map<string, string[]>();
  private readonly documents: ZipFile[] = [];
  private size = 0;

  addLine(folder: string, resource: JsonObject): void {
    const text = stringifyJson(resource);
    const name = `${folder}/${String(resource.resourceType)}.ndjson`;
    const known = this.lines.get(name);
    if (known === undefined) this.lines.set(name, [text]);
    else known.push(text);
    this.grow(text.length);
  }

  addDocument(name: string, bytes: Buffer): void {
    this.documents.push({ name, bytes });
    this.grow(bytes.length);
  }

  files(): readonly ZipFile[] {
    const texts = [...this.lines].map(([name, lines]) => ({ name, bytes: Buffer.from(`${lines.join('\n')}\n`) }));
    return [...texts, ...this.documents];
  }

  private grow(more: number): void {
    this.size += more;
    if (this.size <= MAX_SIZE) return;
    throw fault('export.tooLarge', 422, 'too-costly', 'The record is larger than 512 MiB; export it in bulk.');
  }
}

/** The resources of a searchset, over all of its pages. */
async function* resourcesOf(
  run: (request: FhirRequest) => Promise<FhirResponse>,
  path: readonly string[],
): AsyncGenerator<JsonObject> {
  for (let query: string | undefined = '_count=1000'; query !== undefined;) {
    const request: FhirRequest = { method: 'GET', path, query, headers: { prefer: {}, accept: [] } };
    const { text = '{}' } = await run(request);
    const bundle = parseJson(text, LIMITS) as JsonObject;
    for (const { resource } of objectsAt(bundle.entry)) if (isObject(resource)) yield resource;
    const next = objectsAt(bundle.link).find(({ relation }) => relation === 'next')?.url;
    query = typeof next === 'string' ? next.slice(next.indexOf('?') + 1) : undefined;
  }
}

/** Ids of the Binaries whose addresses stand in attachments. */
function binariesIn(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(binariesIn);
  if (!isObject(value)) return [];
  const own = typeof value.url === 'string' ? /(?:^|\/)Binary\/([A-Za-z0-9.-]{1,64})$/.exec(value.url)?.[1] : undefined;
  const inner = Object.values(value).flatMap(binariesIn);
  return own === undefined ? inner : [own, ...inner];
}

/** What the caller may not read, or what is on another server, is left out. */
async function addDocument(engine: Engine, ctx: Ctx, record: RecordFiles, id: string): Promise<void> {
  let row: Awaited<ReturnType<typeof visibleVersion>>;
  try {
    row = await visibleVersion(engine, ctx, 'Binary', id);
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return;
    throw error;
  }
  const { data } = parseJson(resourceText(row), LIMITS) as JsonObject;
  record.addDocument(`documents/${id}`, Buffer.from(typeof data === 'string' ? data : '', 'base64'));
}

function objectsAt(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
