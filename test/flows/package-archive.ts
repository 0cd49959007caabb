import { gzipSync } from 'node:zlib';
import { pack, type Headers } from 'tar-stream';

interface Content {
  /** Added to package.json. */
  readonly manifest?: object;
  /** By path below `package/`. */
  readonly files?: Readonly<Record<string, object | string>>;
  /** Entries of any kind. */
  readonly entries?: readonly (readonly [Headers, string?])[];
}

/** A FHIR package as publishers make it: a gzipped tar. */
export async function packageArchive(name: string, version: string, content: Content = {}): Promise<Buffer> {
  const manifest = {
    name,
    version,
    fhirVersions: ['4.0.1'],
    canonical: 'http://example.org/guide',
    ...content.manifest,
  };
  return archiveOf({ 'package.json': manifest, ...content.files }, content.entries);
}

export async function archiveOf(
  files: Readonly<Record<string, object | string>>,
  entries: readonly (readonly [Headers, string?])[] = [],
): Promise<Buffer> {
  const tar = pack();
  for (const [path, content] of Object.entries(files)) {
    tar.entry({ name: `package/${path}` }, typeof content === 'string' ? content : JSON.stringify(content));
  }
  for (const [header, text = ''] of entries) tar.entry(header, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}
