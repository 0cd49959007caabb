import type { Access } from '../../server/access/access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { accessByCriteria, EVERYTHING } from './criteria-access.ts';

let open: TestEngine;
let ann: Access;

const SECRET = 'zirconium';

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure' });
  await put({ resourceType: 'Patient', id: 'ann', active: true });
  await put({ resourceType: 'Patient', id: 'bob', active: true, name: [{ family: SECRET }] });
  // Ann's now, but its first version was Bob's.
  await put(observation('moved', 'bob', SECRET));
  await put(observation('moved', 'ann', 'first'));
  await put(observation('moved', 'ann', 'second'));
  // The other way round.
  await put(observation('lost', 'ann', 'mine'));
  await put(observation('lost', 'bob', SECRET));
  await put(observation('foreign', 'bob', SECRET));
  await put(observation('foreign', 'bob', `${SECRET} again`));
  await put(observation('mine', 'ann', 'mine'));
  await put(observation('gone', 'ann', 'mine'));
  await remove('Observation/gone');
  await put(observation('foreign-gone', 'bob', SECRET));
  await remove('Observation/foreign-gone');
  // Ann's when it was deleted, Bob's before.
  await put(observation('moved-gone', 'bob', SECRET));
  await put(observation('moved-gone', 'ann', 'mine'));
  await remove('Observation/moved-gone');
  // More than are looked at together.
  const entry = Array.from({ length: 600 }, (_, index) => ({
    resource: observation(`many-${index}`, 'bob', SECRET),
    request: { method: 'PUT', url: `Observation/many-${index}` },
  }));
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
  expect((await ask(open.engine, EVERYTHING, { method: 'POST', url: '', body: bundle })).status).toBe(200);
  ann = accessByCriteria(open.engine, {
    types: { Patient: '_id=ann', Observation: 'subject=Patient/ann', Practitioner: '*' },
    account: 'ann',
  });
});

afterAll(() => open.close());

function observation(id: string, patient: string, text: string): object {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text },
    subject: { reference: `Patient/${patient}` },
  };
}

async function put(resource: object): Promise<void> {
  const { resourceType, id } = resource as { resourceType: string; id: string };
  const { status, text } = await ask(open.engine, EVERYTHING, {
    method: 'PUT',
    url: `${resourceType}/${id}`,
    body: resource,
  });
  if (status >= 300) throw new Error(text);
}

async function remove(url: string): Promise<void> {
  expect((await ask(open.engine, EVERYTHING, { method: 'DELETE', url })).status).toBe(204);
}

async function asAnn(url: string, question: Partial<Question> = {}): Promise<Reply> {
  const reply = await ask(open.engine, ann, { method: 'GET', url, ...question });
  expect(reply.text + JSON.stringify(reply.headers)).not.toContain(SECRET);
  return reply;
}

interface History {
  readonly entry?: readonly { readonly fullUrl: string; readonly response: { readonly etag: string } }[];
  readonly link: readonly { readonly relation: string; readonly url: string }[];
}

/** `id/version` of each entry, over all pages. */
async function versions(url: string): Promise<string[]> {
  const found: string[] = [];
  for (let next: string | undefined = url; next !== undefined;) {
    const { text, status } = await asAnn(next.replace(/^.*\/fhir\/R4\//, ''));
    expect(status).toBe(200);
    const { entry = [], link } = JSON.parse(text) as History;
    found.push(...entry.map((each) => `${each.fullUrl.split('/').at(-1)}/${each.response.etag.replace(/\D/g, '')}`));
    next = link.find(({ relation }) => relation === 'next')?.url;
  }
  return found;
}

/** As for something that never was, but for the id in the text. */
async function expectAbsent(url: string, question: Partial<Question> = {}): Promise<void> {
  const never = url.replace(/(foreign-gone|foreign|lost|bob)/, 'never');
  const [asked, absent] = [await asAnn(url, question), await asAnn(never, question)];
  expect(asked.status).toBe(404);
  expect({ ...asked, text: asked.text.replace(/(foreign-gone|foreign|lost|bob)/g, 'never') }).toEqual(absent);
}

describe('reads', () => {
  test.each(['Observation/mine', 'Observation/moved', 'Patient/ann', 'Observation/moved/_history/2'])(
    '%s',
    async (url) => {
      expect((await asAnn(url)).status).toBe(200);
    },
  );

  test.each([
    ['Patient/bob', {}],
    ['Observation/foreign', {}],
    ['Observation/foreign', { method: 'HEAD' }],
    ['Observation/foreign', { headers: { 'if-none-match': 'W/"2"' } }],
    ['Observation/foreign', { headers: { 'if-none-match': '*' } }],
    ['Observation/foreign', { headers: { 'if-modified-since': 'Tue, 01 Jan 2999 00:00:00 GMT' } }],
    ['Observation/foreign?_elements=status', {}],
    ['Observation/lost', {}],
    ['Observation/lost/_history/1', {}],
    ['Observation/foreign/_history/1', {}],
    ['Observation/foreign/_history/9', {}],
    ['Observation/foreign/_history', {}],
    ['Observation/foreign-gone', {}],
    ['Observation/foreign-gone/_history', {}],
    ['Observation/foreign-gone/_history/1', {}],
    ['Observation/foreign-gone/_history/2', {}],
    ['Observation/foreign/$meta', {}],
    ['Observation/foreign/$fhirpath?expression=code', {}],
    ['Observation/foreign/$validate', {}],
    ['Patient/bob/$everything', {}],
  ] as [string, Partial<Question>][])('%s is absent, %j', expectAbsent);

  test('what was deleted is told to those who might have read it', async () => {
    expect((await asAnn('Observation/gone')).status).toBe(410);
    expect((await asAnn('Observation/gone/_history/1')).status).toBe(200);
    expect((await asAnn('Observation/gone/_history/2')).status).toBe(410);
    expect((await asAnn('Observation/moved-gone')).status).toBe(410);
  });

  test('a version that was about somebody else is not shown, even of a resource that may be read', async () => {
    expect((await asAnn('Observation/moved/_history/1')).status).toBe(404);
    expect((await asAnn('Observation/moved-gone/_history/1')).status).toBe(404);
    expect((await asAnn('Observation/moved-gone/_history/2')).status).toBe(200);
  });
});

describe('history', () => {
  test('of an instance', async () => {
    expect(await versions('Observation/moved/_history')).toEqual(['moved/3', 'moved/2']);
    expect(await versions('Observation/gone/_history')).toEqual(['gone/2', 'gone/1']);
    expect(await versions('Observation/moved-gone/_history')).toEqual(['moved-gone/3', 'moved-gone/2']);
  });

  const visible = ['moved-gone/3', 'moved-gone/2', 'gone/2', 'gone/1', 'mine/1', 'moved/3', 'moved/2'];

  test.each([1, 2, 3, 100])('of a type, by pages of %d', async (count) => {
    expect(await versions(`Observation/_history?_count=${count}`)).toEqual(visible);
  });

  test('of the system', async () => {
    expect(await versions('_history?_count=3')).toEqual([...visible, 'ann/1']);
  });

  test('of a type of which nothing may be read', async () => {
    expect(await versions('Condition/_history')).toEqual([]);
  });

  test('pages are full whatever lies between', async () => {
    const { text } = await asAnn('Observation/_history?_count=6');
    expect((JSON.parse(text) as History).entry).toHaveLength(6);
  });

  test('a time of which nothing is left is empty, not absent', async () => {
    expect(await versions('Observation/mine/_history?_since=2999-01-01')).toEqual([]);
    await expectAbsent('Observation/foreign/_history?_since=2999-01-01');
  });
});

describe('links of pages', () => {
  test.each(['Observation?_count=1', 'Observation?_count=1&_sort=_lastUpdated', 'Observation/_history?_count=1'])(
    '%s of somebody else cannot be followed',
    async (url) => {
      const { text } = await ask(open.engine, EVERYTHING, { method: 'GET', url });
      const next = (JSON.parse(text) as History).link.find(({ relation }) => relation === 'next')?.url ?? '';
      expect((await asAnn(next.replace(/^.*\/fhir\/R4\//, ''))).status).toBe(400);
    },
  );

  test('access is asked anew on each page', async () => {
    const all = accessByCriteria(open.engine, { types: { Observation: '*' }, account: 'ann' });
    const { text } = await ask(open.engine, all, { method: 'GET', url: 'Observation?_count=1' });
    let next = (JSON.parse(text) as History).link.find(({ relation }) => relation === 'next')?.url;
    const found: unknown[] = [];
    while (next !== undefined) {
      const page = JSON.parse((await asAnn(next.replace(/^.*\/fhir\/R4\//, ''))).text) as History;
      found.push(...(page.entry ?? []));
      next = page.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(found.length).toBeGreaterThan(0);
  });
});

describe('counts', () => {
  interface Counted {
    readonly total?: number;
  }

  test.each(['_total=accurate', '_total=estimate', '_summary=count'])(
    '%s counts what may be seen',
    async (parameter) => {
      for (const criteria of ['', '&status=final', '&code:text=mine', '&_lastUpdated=gt2000']) {
        const { text } = await asAnn(`Observation?_count=1&${parameter}${criteria}`);
        expect((JSON.parse(text) as Counted).total).toBe(criteria.includes('text') ? 1 : 2);
      }
    },
  );

  test('how a search runs is told to those who may know everything', async () => {
    expect((await asAnn('Observation?_explain=true')).status).toBe(403);
    const all = await ask(open.engine, EVERYTHING, { method: 'GET', url: 'Observation?_explain=true' });
    expect(all.status).toBe(200);
  });
});
