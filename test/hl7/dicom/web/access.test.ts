import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { SERVER } from '../../../../server/access/principal.ts';
import { createTenant } from '../../../../server/storage/tenants.ts';
import { until } from '../../../harness/eventually.ts';
import { openFakePacs, type FakePacs } from './fake-pacs.ts';
import { openImageSite, type ImageSite } from './image-site.ts';

jest.setTimeout(180_000);

let pacs: FakePacs;
let site: ImageSite;
let doctor = '';
let ann = '';
const STUDY = '1.2.826.0.1.1';

beforeAll(async () => {
  pacs = await openFakePacs();
  site = await openImageSite(pacs);
  doctor = site.tokenOf('doc', { fhirUser: 'Practitioner/doc', roles: ['physician'] });
  ann = site.tokenOf('ann', { fhirUser: 'Patient/ann', roles: ['patient'] });
  await site.keep('of-ann', STUDY, 'ann');
});
afterAll(async () => {
  await site.close();
  await pacs.close();
});
beforeEach(() => {
  pacs.answer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/dicom+json', 'set-cookie': 'pacs=1', server: 'PACS/1' });
    response.end('[]');
  });
});

const metadata = `/studies/${STUDY}/metadata`;
const PUT = 'application/fhir+json';

describe('who sees a study', () => {
  test('an ImagingStudy that somebody writes with a foreign UID opens nothing', async () => {
    const study = '1.2.826.0.1.2';
    await site.keep('of-bob', study, 'bob');
    expect((await site.get(`/studies/${study}/metadata`, ann)).status).toBe(404);
    const forged = {
      resourceType: 'ImagingStudy',
      id: 'forged',
      status: 'available',
      subject: { reference: 'Patient/ann' },
      identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${study}` }],
    };
    const asDoctor = { authorization: `Bearer ${doctor}`, 'content-type': PUT };
    const answer = await fetch(`${site.server.base}/ImagingStudy`, {
      method: 'POST',
      headers: asDoctor,
      body: JSON.stringify(forged),
    });
    expect(answer.status).toBe(201);
    expect((await site.get(`/studies/${study}/metadata`, ann)).status).toBe(404);
    expect((await site.get(`/studies?StudyInstanceUID=${study}`, ann)).json()).toEqual([]);
  });

  test('nor does one of another organisation, with the very id', async () => {
    const { id: tenant } = await createTenant(site.server.connectionString, {
      name: 'elsewhere',
      title: 'Elsewhere',
      organization: null,
      consent: 'opt-out',
    });
    const stranger = site.tokenOf('stranger', { ...SERVER, tenant });
    const asStranger = { authorization: `Bearer ${stranger}`, 'content-type': PUT };
    for (const resource of [
      { resourceType: 'Patient', id: 'ann' },
      {
        resourceType: 'ImagingStudy',
        id: 'of-ann',
        status: 'available',
        subject: { reference: 'Patient/ann' },
        identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${STUDY}` }],
      },
    ]) {
      const url = `${site.server.base}/${resource.resourceType}/${resource.id}`;
      const init = { method: 'PUT', headers: asStranger, body: JSON.stringify(resource) };
      // A new organisation is known a little later.
      await until(async () => (await fetch(url, init)).ok);
    }
    expect((await site.get(metadata, stranger)).status).toBe(404);
  });

  test.each(['unknown', 'cancelled', 'registered', 'entered-in-error'])('%s studies are not served', async (status) => {
    const study = `1.2.826.0.2.${status.length}`;
    await site.keep(`is-${status}`, study, 'ann', status);
    expect((await site.get(`/studies/${study}/metadata`, doctor)).status).toBe(404);
  });

  test('a yes is remembered for a while, and for its token alone', async () => {
    const token = site.tokenOf('ann-again', { fhirUser: 'Patient/ann', roles: ['patient'] });
    const before = site.asked.length;
    for (let turn = 0; turn < 5; turn += 1) expect((await site.get(metadata, token)).status).toBe(200);
    await Promise.all(Array.from({ length: 20 }, () => site.get(metadata, token)));
    expect(site.asked.length - before).toBe(1);
    const other = site.tokenOf('bob', { fhirUser: 'Patient/bob', roles: ['patient'] });
    expect((await site.get(metadata, other)).status).toBe(404);
  });

  test('API keys, and what is no Bearer token, are not passed on', async () => {
    const before = site.asked.length;
    for (const authorization of [
      'Basic Z2F0ZXdheTpzZWNyZXQ=',
      'Bearer athk_0123456789012345678901234567',
      'Bearer x y z',
      'Bearer ',
    ]) {
      expect((await site.get(metadata, undefined, { authorization })).status).toBe(401);
    }
    expect(site.asked.length).toBe(before);
  });

  test('a server without sign-in is for its own machine alone', async () => {
    site.letEverybodyBe({ roles: ['system'] });
    expect((await site.get(metadata)).status).toBe(200);
    for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) {
      expect((await site.get(metadata, undefined, { [header]: '203.0.113.7' })).status).toBe(421);
    }
  });

  test('tokens that are no good, one after the other, do not reach the server without end', async () => {
    const own = await openImageSite(pacs);
    try {
      await own.keep('of-ann', STUDY, 'ann');
      const good = own.tokenOf('ann', { fhirUser: 'Patient/ann', roles: ['patient'] });
      expect((await own.get(metadata, good)).status).toBe(200);
      const answers = new Set<number>();
      for (let turn = 0; turn < 300; turn += 1) {
        answers.add((await own.get(metadata, `guessed-token-number-${turn}-of-many`)).status);
      }
      expect(answers).toEqual(new Set([401, 429]));
      expect(own.asked.length).toBeLessThan(150);
      expect((await own.get(metadata, good)).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  test('which images were looked at stands in the trail', async () => {
    const reader = site.tokenOf('reader', { fhirUser: 'Practitioner/reader', roles: ['physician'] });
    const auditor = { authorization: `Bearer ${site.tokenOf('auditor', { roles: ['auditor'] })}` };
    const events = async (kind: string): Promise<number> => {
      const { body } = await site.server.get(`AuditEvent?subtype=${kind}&_sort=-date&_count=100`, auditor);
      const texts = (body.entry ?? []).map(({ resource }) => JSON.stringify(resource));
      return texts.filter((event) =>
        ['Practitioner/reader', 'ImagingStudy/of-ann', 'Patient/ann'].every((word) => event.includes(word)),
      ).length;
    };
    expect((await site.get(`/studies?StudyInstanceUID=${STUDY}`, reader)).status).toBe(200);
    await until(async () => (await events('search-type')) === 1);
    expect(await events('read')).toBe(0);
    expect((await site.get(metadata, reader)).status).toBe(200);
    await until(async () => (await events('read')) === 1);
  });
});

describe('what goes on to the PACS, and comes back', () => {
  test('its credentials alone go there, and nothing of its headers comes back', async () => {
    const { headers } = await site.get(metadata, doctor, {
      cookie: 'a=b',
      'x-custom': 'c',
      accept: 'application/dicom+json',
    });
    const asked = pacs.asked.at(-1);
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from('gateway:secret-of-the-pacs').toString('base64')}`);
    expect(Object.keys(asked?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'host',
    ]);
    expect([headers.get('set-cookie'), headers.get('server')]).toEqual([null, null]);
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['/dicom-web/../messages/'],
    ['/dicom-web/studies/../../instances'],
    ['/dicom-web/studies/%2e%2e/%2e%2e/instances'],
    ['/dicom-web/studies/1.2%2F..%2F..%2Fsystem'],
    ['/dicom-web//studies'],
    ['//evil.example/dicom-web/studies'],
    ['http://evil.example/dicom-web/studies'],
    ['/dicom-web/studies/1.2.3/metadata?accept=text/html'],
    ['/dicom-web/studies?url=http://169.254.169.254/'],
    ['/dicom-web/wado?requestType=WADO'],
    ['/dicom-web/studies\\..\\..'],
    ['/dicom-web/servers/other/get'],
  ])('%s never reaches it', async (target) => {
    const before = pacs.asked.length;
    expect(await statusOf(target, doctor)).toBeGreaterThanOrEqual(400);
    expect(pacs.asked.length).toBe(before);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'POST', 'TRACE', 'PROPFIND'])('%s is not for images', async (method) => {
    const before = pacs.asked.length;
    expect(await statusOf(`/dicom-web${metadata}`, doctor, method)).toBe(405);
    expect(pacs.asked.length).toBe(before);
  });

  test.each([
    ['says no', 401, 502],
    ['forbids', 403, 502],
    ['sends elsewhere', 302, 502],
    ['fails', 500, 502],
    ['is busy', 503, 503],
    ['has nothing', 404, 404],
  ])('a PACS that %s', async (_, status, expected) => {
    pacs.answer((_request, response) => {
      response.writeHead(status, { location: 'http://169.254.169.254/', 'content-type': 'text/plain' });
      response.end('of patient Example^Ann at http://pacs.internal');
    });
    const answer = await site.get(metadata, doctor);
    expect(answer.status).toBe(expected);
    expect(answer.bytes.toString()).not.toMatch(/Example|internal|169\.254/);
  });

  test.each([
    ['a page', 'text/html', '<script>alert(1)</script>'],
    ['a drawing', 'image/svg+xml', '<svg/>'],
    ['nothing known', '', 'x'],
  ])('%s is not handed on', async (_, type, body) => {
    pacs.answer((_request, response) => void response.writeHead(200, { 'content-type': type }).end(body));
    const answer = await site.get(metadata, doctor);
    expect(answer.status).toBe(502);
    expect(answer.bytes.toString()).not.toContain(body.length > 1 ? body : 'no such text');
  });

  test('rubbish where matches are awaited is an error, not an answer', async () => {
    for (const body of ['{', 'null', '{"a":1}', '"x"', '[1,2]']) {
      pacs.answer(
        (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(body),
      );
      const { status, bytes } = await site.get('/studies', doctor);
      expect([502, 200]).toContain(status);
      if (status === 200) expect(bytes.toString()).toBe('[]');
    }
  });

  const match = (study: string): object => ({ '0020000D': { vr: 'UI', Value: [study] } });

  test('a PACS that gives few at once is asked on, one that knows no pages is not', async () => {
    await site.keep('second', '1.2.826.0.3', 'ann');
    const all = ['1.2.826.0.9', STUDY, '1.2.826.0.8', '1.2.826.0.3', '1.2.826.0.7'];
    pacs.answer(({ url = '' }, response) => {
      const offset = Number(new URL(url, pacs.dicomWeb).searchParams.get('offset'));
      response.writeHead(200, { 'content-type': 'application/dicom+json' });
      response.end(JSON.stringify(all.slice(offset, offset + 2).map(match)));
    });
    const paged = await site.get('/studies', doctor);
    expect([paged.json(), paged.headers.get('warning')]).toEqual([[match(STUDY), match('1.2.826.0.3')], null]);
    expect((await site.get('/studies?limit=1&offset=1', doctor)).json()).toEqual([match('1.2.826.0.3')]);
    const before = pacs.asked.length;
    pacs.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/dicom+json' });
      response.end(JSON.stringify(all.map(match)));
    });
    expect((await site.get('/studies', doctor)).json()).toEqual([match(STUDY), match('1.2.826.0.3')]);
    expect(pacs.asked.length - before).toBe(2);
  });

  test('what is not looked through is said', async () => {
    let turn = 0;
    pacs.answer((_request, response) => {
      turn += 1;
      response.writeHead(200, { 'content-type': 'application/dicom+json' });
      response.end(JSON.stringify(Array.from({ length: 200 }, (_, index) => match(`1.9.${turn}.${index}`))));
    });
    const answer = await site.get('/studies', doctor);
    expect([answer.json(), answer.headers.get('warning')?.startsWith('299 ')]).toEqual([[], true]);
    expect(turn).toBe(25);
  });

  test('an answer that is cut is cut here too: nobody takes a part for the whole', async () => {
    pacs.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/dicom+json', 'content-length': '100000' });
      response.write(`[${' '.repeat(50_000)}`);
      setTimeout(() => response.destroy(), 50);
    });
    await expect(site.get(metadata, doctor)).rejects.toThrow();
  });

  test('a study of half a gigabyte streams through: a reader who waits makes the PACS wait, and memory stays flat', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 1);
    let sent = 0;
    pacs.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' });
      response.write('--b\r\nContent-Type: application/dicom\r\n\r\n');
      const more = (): void => {
        while (sent < 512) {
          sent += 1;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
        response.end('\r\n--b--\r\n');
      };
      more();
    });
    const answer = await fetch(`${site.base}/studies/${STUDY}`, { headers: { authorization: `Bearer ${doctor}` } });
    const reader = answer.body?.getReader();
    await reader?.read();
    await pause(1000);
    expect(sent).toBeLessThan(200);
    const before = process.memoryUsage().rss;
    let most = 0;
    let read = 0;
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      read += part.value.byteLength;
      most = Math.max(most, process.memoryUsage().rss);
    }
    expect(read).toBeGreaterThan(500 * 1024 * 1024);
    expect((most - before) / 1024 / 1024).toBeLessThan(200);
  });

  test('who goes away ends the call to the PACS', async () => {
    let isOver = false;
    pacs.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/dicom+json' }).write(`[${' '.repeat(50_000)}`);
      response.on('close', () => (isOver = true));
    });
    const left = new AbortController();
    const answer = await fetch(site.base + metadata, {
      headers: { authorization: `Bearer ${doctor}` },
      signal: left.signal,
    });
    expect(answer.status).toBe(200);
    left.abort();
    await until(() => isOver);
  });
});

/** As it is written: no client puts its target in order. */
async function statusOf(target: string, token: string, method = 'GET'): Promise<number> {
  const { hostname, port } = new URL(site.base);
  const socket = connect(Number(port), hostname);
  socket.write(
    `${method} ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(await text(socket))?.[1]);
}
