import { readXml } from '../../server/formats/read-xml.ts';
import { isObject, parseJson, type JsonObject } from '../../server/kernel/json.ts';
import { openFhirServer, pagesFrom, type FhirServer } from '../flows/fhir-server.ts';
import { canonical } from './canonical-json.ts';
import { describeLines } from './real-data.ts';

const XML = { Accept: 'application/fhir+xml' };
const JSON_TYPE = { Accept: 'application/fhir+json' };

/** What the client says of a resource: all but the version and time that the server gives. */
function said(resource: JsonObject): string {
  if (!isObject(resource.meta)) return canonical(resource);
  const { versionId: _version, lastUpdated: _time, ...meta } = resource.meta;
  const { meta: _meta, ...rest } = resource;
  return canonical(Object.keys(meta).length === 0 ? rest : { ...rest, meta });
}

function example(line: string): { readonly file: string; readonly text: string } {
  return JSON.parse(line) as { file: string; text: string };
}

describeLines('The official examples of R4', 'r4-examples/r4-examples.ndjson.gz', (lines) => {
  let server: FhirServer;

  beforeAll(async () => {
    // Some published examples break rules of their own specification; test/conformance/validator tells which.
    server = await openFhirServer({ referentialIntegrity: false, validation: 'structure' });
  });

  afterAll(() => server.close());

  const examples = lines.map(example);

  test.each(examples)('$file is stored under its own id and read back equal, in JSON and XML', async ({ text }) => {
    const original = parseJson(text) as JsonObject;
    const path = `${String(original.resourceType)}/${String(original.id)}`;
    const created = await server.send('PUT', path, text);
    expect([created.status, created.headers.get('etag')]).toEqual([201, 'W/"1"']);

    const json = await server.get(path, JSON_TYPE);
    expect(json.status).toBe(200);
    const read = parseJson(json.text) as JsonObject;
    expect(read.meta).toMatchObject({ versionId: '1' });
    expect(said(read)).toBe(said(original));

    const xml = await server.get(path, XML);
    expect(xml.status).toBe(200);
    expect(said(readXml(xml.text, server.engine.definitions))).toBe(said(original));

    const again = await server.send('PUT', path, xml.text, { 'Content-Type': 'application/fhir+xml' });
    expect([again.status, again.headers.get('etag')]).toEqual([200, 'W/"1"']);
  });

  test('all of them are there, each in one version', async () => {
    const { body } = await server.get('?_summary=count');
    expect([examples.length, body.total]).toEqual([717, 717]);
    const versions = await pagesFrom(server, '_history?_count=1000');
    expect(versions.flatMap(({ entry = [] }) => entry)).toHaveLength(717);
  });
});
