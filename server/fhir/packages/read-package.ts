import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Fault, fault, type Issue } from '../../kernel/fault.ts';
import { isObject, JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { readArchive } from './read-archive.ts';

export interface PackageFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly resource: JsonObject & { readonly resourceType: string };
}

export interface FhirPackage extends Manifest {
  /** Over paths and contents, so that an archive that was only packed again is the same package. */
  readonly sha256: string;
  /** In the order of their paths. */
  readonly files: readonly PackageFile[];
  readonly examples: readonly PackageFile[];
}

const MANIFEST = 'package/package.json';
/** Snapshots and nested questionnaires are deeper than what clients send. */
const LIMITS = { maxDepth: 256 };

/**
 * Reads a FHIR package as it is published.
 * @param withExamples whether the files in `package/example` are wanted too
 * @throws Fault 400 or 413 when it cannot be read, with file, line and column; 422 when it is for another version of FHIR
 */
export async function readPackage(archive: Buffer, withExamples: boolean): Promise<FhirPackage> {
  const contents = await readArchive(archive);
  const manifest = contents.get(MANIFEST);
  if (manifest === undefined) {
    throw fault('package.noManifest', 400, 'required', `The archive has no ${MANIFEST}, so it is no FHIR package.`);
  }
  const sha256 = createHash('sha256');
  const files: PackageFile[] = [];
  const examples: PackageFile[] = [];
  for (const [path, content] of [...contents].sort(([a], [b]) => (a < b ? -1 : 1))) {
    sha256.update(`${path} ${content.length}\n`).update(content);
    if (path === MANIFEST) continue;
    const isExample = path.startsWith('package/example');
    if (isExample && !withExamples) continue;
    // A large package must not hold up everybody else's requests.
    await setImmediate();
    const resource = parseFile(path, content);
    if (isObject(resource) && typeof resource.resourceType === 'string') {
      const { resourceType } = resource;
      (isExample ? examples : files).push({ path, size: content.length, resource: { ...resource, resourceType } });
    }
  }
  return { ...readManifest(parseFile(MANIFEST, manifest)), sha256: sha256.digest('hex'), files, examples };
}

function parseFile(path: string, content: Buffer): JsonValue {
  if (!isUtf8(content)) throw badFile(path, { text: 'it is not UTF-8' });
  try {
    return parseJson(content.toString('utf8'), LIMITS);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { message, line, column } = error;
    throw badFile(path, { text: `${message} (line ${line}, column ${column})`, line, column, cause: error });
  }
}

interface Problem extends Pick<Issue, 'text' | 'line' | 'column'> {
  readonly cause?: unknown;
}

function badFile(path: string, { text, cause, ...place }: Problem): Fault {
  const problem = `${path} of the package is not JSON that can be read: ${text}.`;
  const issue: Issue = { severity: 'error', code: 'structure', text: problem, ...place, expression: [path] };
  return new Fault('package.badFile', 400, [issue], { cause });
}
