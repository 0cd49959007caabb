import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../harness/eventually.ts';
import { as, openBotServer, testLibrary, type BotServer } from './bot-server.ts';

let server: BotServer;
/** May do everything. */
let everything: string;
/** May only read Patients. */
let reader: string;

beforeAll(async () => {
  server = await openBotServer();
  everything = await server.client('system', ['system/*.cruds']);
  reader = await server.client('system', ['system/Patient.rs']);
});

afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});

const ECHO = `export default async (event: BotEvent) => ({ got: event });`;

describe('deployment', () => {
  test('compiles TypeScript, answers the Library, and runs at once', async () => {
    const source = `interface In { readonly resourceType: string }
      export default async ({ input }: { input: In }): Promise<string> => input.resourceType satisfies string;`;
    const library = await server.deploy({ name: 'first', client: everything, source });
    expect(library.meta?.versionId).toBe('1');
    const { status, body } = await server.execute(library.id, { resourceType: 'Patient' });
    expect([status, body.parameter]).toEqual([200, [{ name: 'result', valueString: '"Patient"' }]]);
    const bots = await server.get('Library/$bots');
    expect(bots.text).toContain('"first"');
  });

  test('the same name again is the next version; an earlier one can be rolled back to', async () => {
    const bot = (answer: number) => ({
      name: 'versions',
      client: everything,
      source: `export default async () => ({ resourceType: 'Basic', id: 'v${answer}', code: { text: 'x' } })`,
    });
    const answered = async (id: string | undefined): Promise<unknown> => (await server.execute(id)).body.id;
    const one = await server.deploy(bot(1));
    const two = await server.deploy(bot(2));
    expect([two.id, two.meta?.versionId, await answered(two.id)]).toEqual([one.id, '2', 'v2']);
    const back = await server.send('POST', `Library/${one.id ?? ''}/$deploy`, {
      resourceType: 'Parameters',
      parameter: [{ name: 'version', valueInteger: 1 }],
    });
    expect([back.status, back.body.meta?.versionId, await answered(one.id)]).toEqual([200, '3', 'v1']);
    expect((await server.runs(one.id)).map(({ version }) => version)).toEqual([3, 2]);
  });

  test('what is written to the Library does not run until it is deployed', async () => {
    const library = await server.deploy({
      name: 'written',
      client: everything,
      source: 'export default async () => 1',
    });
    const changed = testLibrary({ name: 'written', client: everything, source: 'export default async () => 2' });
    await server.send('PUT', `Library/${library.id ?? ''}`, { ...changed, id: library.id });
    const result = async (): Promise<string> => (await server.execute(library.id)).text;
    expect(await result()).toContain('"valueString":"1"');
    expect((await server.send('POST', `Library/${library.id ?? ''}/$deploy`)).status).toBe(200);
    expect(await result()).toContain('"valueString":"2"');
  });

  test('one that was withdrawn or deleted runs no more', async () => {
    const one = await server.deploy({ name: 'withdrawn', client: everything, source: ECHO });
    const two = await server.deploy({ name: 'deleted', client: everything, source: ECHO });
    expect((await server.send('POST', `Library/${one.id ?? ''}/$withdraw`)).status).toBe(204);
    expect((await server.send('DELETE', `Library/${two.id ?? ''}`)).status).toBeLessThan(300);
    expect((await server.execute(one.id)).status).toBe(404);
    expect((await server.execute(two.id)).status).toBe(404);
  });

  test.each([
    ['source that does not compile', { source: 'export default async ( => 1' }, /cannot be compiled: .*bot\.ts:1/s],
    ['an import', { source: `import fs from 'fs'; export default async () => fs` }, /a bot imports nothing/],
    ['a source that ends the compiler', { source: '('.repeat(200_000) }, /cannot be compiled/],
    ['no default export', { source: 'export const x = 1' }, /has no function as its default export/],
    [
      'a top level that throws',
      { source: 'throw new Error("no"); export default async () => 1' },
      /cannot be loaded: no/,
    ],
    ['a top level that loops', { source: 'for (;;) {} export default async () => 1' }, /cannot be loaded: .*cpu/],
    ['no client', { source: ECHO, client: undefined }, /needs the client/],
    ['a client that is not there', { source: ECHO, client: 'nobody' }, /is not there/],
    [
      'bad criteria',
      { source: ECHO, triggers: [{ kind: 'subscription', criteria: 'Patient?nothing=1', interactions: [] }] },
      /nothing/,
    ],
    ['a bad schedule', { source: ECHO, triggers: [{ kind: 'schedule', cron: 'now', zone: 'UTC' }] }, /five fields/],
    ['nobody who may call it', { source: ECHO, callers: [] }, /roles that may call it/],
    ['a host that is a URL', { source: ECHO, hosts: ['https://a.example.org'] }, /A host is a name/],
    ['a bad name', { source: ECHO, name: 'Bad Name' }, /identifier of system/],
  ] as const)('refuses %s', async (_what, bot, text) => {
    const library = testLibrary({ name: 'refused', client: everything, ...bot });
    const { status, body } = await server.send('POST', 'Library/$deploy-bot', library);
    expect(status).toBe(422);
    expect(body.issue?.map(({ details }) => details.text).join()).toMatch(text);
  });

  test('is for administrators with a fresh second factor', async () => {
    const library = testLibrary({ name: 'foreign', client: everything, source: ECHO });
    const send = (role: string) => server.send('POST', 'Library/$deploy-bot', library, as(role));
    expect([(await send('nurse')).status, (await send('physician')).status]).toEqual([403, 403]);
    const administrator = await send('administrator');
    expect([administrator.status, administrator.text]).toEqual([403, expect.stringContaining('second factor')]);
  });
});

describe('a run', () => {
  test('reads, searches and writes as its client, and keeps the digits of decimals', async () => {
    const source = `export default async ({ input }) => {
      const patient = await athanor.create({ resourceType: 'Patient', name: [{ family: 'Bot' }] });
      const subject = { reference: 'Patient/' + patient.id };
      const weight = await athanor.create({ resourceType: 'Observation', status: 'final', code: { text: 'w' }, subject,
        valueQuantity: athanor.setDecimal({ unit: 'kg' }, 'value', '70.50') });
      const [found] = await athanor.search('Observation', 'subject=' + subject.reference);
      const digits = athanor.decimalText(found.valueQuantity, 'value');
      const changed = await athanor.change('Observation', weight.id, o => ({ ...o, status: 'amended' }));
      const once = [await athanor.createOnce('k', { resourceType: 'Basic', code: { text: 'x' } }),
                    await athanor.createOnce('k', { resourceType: 'Basic', code: { text: 'x' } })];
      await athanor.transaction([{ resource: { resourceType: 'Basic', code: { text: 'y' } }, request: { method: 'POST', url: 'Basic' } }]);
      const none = await athanor.read('Patient', 'nobody');
      await athanor.remove('Basic', once[0].id);
      return { patient: patient.id, weight: weight.id, digits, version: changed.meta.versionId, same: once[0].id === once[1].id,
        none: none === undefined, input: input.valueQuantity.value };
    }`;
    const library = await server.deploy({ name: 'works', client: everything, source });
    const input = '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}';
    const { text, body } = await server.send('POST', `Library/${library.id ?? ''}/$execute`, input, as('nurse'));
    expect(text).not.toContain('issue');
    const result = JSON.parse(
      String((body.parameter?.[0] as { valueString?: string } | undefined)?.valueString),
    ) as Record<string, string>;
    expect(result).toMatchObject({ digits: '70.50', version: '2', same: true, none: true });
    const stored = await server.get(`Observation/${result.weight ?? ''}`);
    expect(stored.text).toContain('"value":70.50');
    const [run] = await server.runs(library.id);
    expect(run).toMatchObject({ outcome: 'success', trigger: 'execute', 'host-calls': 10 });
  });

  test('cannot do more than its client may', async () => {
    const source = `export default async () => {
      const refusals = [];
      for (const work of [
        () => athanor.create({ resourceType: 'Patient', name: [{ family: 'No' }] }),
        async () => { if ((await athanor.search('Observation', '')).length === 0) throw Object.assign(new Error(), { status: 'nothing' }); },
        () => athanor.transaction([{ resource: { resourceType: 'Basic', code: { text: 'y' } }, request: { method: 'POST', url: 'Basic' } }]),
        () => athanor.search('Nonsense', ''),
        () => athanor.search('Patient', 'nonsense=1'),
        () => athanor.read('Patient', '../../etc'),
        () => athanor.create({ resourceType: 'Patient', gender: 'dragon' }),
        () => athanor.update('text'),
      ]) await work().then(() => refusals.push('done'), error => refusals.push(error.name + ' ' + error.status));
      return refusals;
    }`;
    const library = await server.deploy({ name: 'limited', client: reader, source });
    const { text } = await server.execute(library.id);
    const [, refusals = ''] = /"valueString":(".*")/.exec(text) ?? [];
    expect(JSON.parse(JSON.parse(refusals) as string)).toEqual([
      'Fault 403',
      'Error nothing',
      'Fault 403',
      'Fault 422',
      'Fault 400',
      'Fault 422',
      'Fault 403',
      'Fault 422',
    ]);
  });

  test('is only for the roles that it names, and only the way it is meant to be called', async () => {
    const source = 'export default async (event) => event';
    const library = await server.deploy({
      name: 'called',
      client: everything,
      source,
      triggers: [{ kind: 'hl7', event: 'ORU^R01' }],
      callers: ['lab'],
    });
    const message = (event: string): object => ({
      resourceType: 'Parameters',
      parameter: [
        { name: 'hl7-event', valueString: event },
        { name: 'hl7-message', valueString: 'MSH|^~\\&|x' },
      ],
    });
    expect((await server.execute(library.id, message('ORU^R01'), 'nurse')).status).toBe(404);
    expect((await server.execute(library.id, message('ADT^A01'), 'lab')).text).toContain('it takes ORU^R01');
    expect((await server.execute(library.id, undefined, 'lab')).status).toBe(422);
    const answer = await server.execute(library.id, message('ORU^R01'), 'lab');
    expect(answer.text).toContain('MSH|^~');
    expect(await server.runs(library.id)).toMatchObject([{ trigger: 'hl7', outcome: 'success' }]);
  });

  test('that fails tells where, and never what it has seen', async () => {
    const source = `export default async () => {\n  console.warn('before', { a: 1 });\n  throw new TypeError('Anna Secret');\n}`;
    const library = await server.deploy({ name: 'fails', client: everything, source });
    const { status, text } = await server.execute(library.id);
    expect([status, text]).toEqual([422, expect.stringContaining('TypeError bot.js:')]);
    expect(text).not.toContain('Anna');
    const [run] = await server.runs(library.id);
    expect(run).toMatchObject({
      outcome: 'error',
      warn: 'before {"a":1}',
      error: expect.stringContaining('TypeError'),
    });
    const trail = await server.get('AuditEvent?subtype=bot-run&_count=50');
    expect(trail.text).toContain('"fails"');
    expect(trail.text).not.toContain('Anna');
  });

  test('is on the audit trail with what it read, in its client’s name', async () => {
    const patient = await server.send('POST', 'Patient', { resourceType: 'Patient', name: [{ family: 'Seen' }] });
    const source = `export default async ({ input }) => (await athanor.read('Patient', input.id)).name[0].family`;
    const library = await server.deploy({ name: 'reads', client: reader, source });
    const { text } = await server.execute(library.id, { resourceType: 'Patient', id: patient.body.id });
    expect(text).toContain('Seen');
    const trail = await server.get(`AuditEvent?patient=Patient/${patient.body.id ?? ''}&_count=50`);
    expect(trail.text).toContain(reader);
  });
});

describe('what makes it run', () => {
  test('changes, each of them, with what its client may see', async () => {
    const source = `export default async ({ interaction, resource, resourceId }) => {
      await athanor.createOnce(interaction + ' ' + resourceId, { resourceType: 'Basic', code: { text: interaction } });
    }`;
    const library = await server.deploy({
      name: 'reacts',
      client: everything,
      source,
      triggers: [
        { kind: 'subscription', criteria: 'Patient?family=Reacting', interactions: ['create', 'update', 'delete'] },
      ],
    });
    const made = await server.send('POST', 'Patient', { resourceType: 'Patient', name: [{ family: 'Reacting' }] });
    const id = made.body.id ?? '';
    await server.send('PUT', `Patient/${id}`, {
      resourceType: 'Patient',
      id,
      name: [{ family: 'Reacting' }],
      gender: 'other',
    });
    await server.send('DELETE', `Patient/${id}`);
    await until(async () => (await server.runs(library.id)).length >= 3);
    expect((await server.runs(library.id)).map(({ outcome, trigger }) => [outcome, trigger])).toEqual(
      Array.from({ length: 3 }, () => ['success', 'subscription']),
    );
    const made3 = await server.get(`Basic?identifier=https://athanor.health/fhir/sid/once|delete%20${id}`);
    expect(made3.body.total ?? made3.body.entry?.length).toBe(1);
  });

  test('a bot does not hear of what its client may not see', async () => {
    const source = 'export default async () => 1';
    const triggers = [{ kind: 'subscription', criteria: 'Basic', interactions: ['create'] }] as const;
    const blind = await server.deploy({ name: 'blind', client: reader, source, triggers });
    const sees = await server.deploy({ name: 'sees', client: everything, source, triggers });
    await server.send('POST', 'Basic', { resourceType: 'Basic', code: { text: 'x' } });
    await until(async () => (await server.runs(sees.id)).length > 0);
    expect(await server.runs(blind.id)).toEqual([]);
  });

  test('one that fails is told again, and then its event is a dead letter', async () => {
    const library = await server.deploy({
      name: 'stubborn',
      client: everything,
      source: 'export default async () => { throw new Error("no") }',
      triggers: [{ kind: 'subscription', criteria: 'Patient?family=Stubborn', interactions: ['create'] }],
    });
    await server.send('POST', 'Patient', { resourceType: 'Patient', name: [{ family: 'Stubborn' }] });
    await until(async () => (await server.runs(library.id)).length === 4);
    const events = new Set((await server.runs(library.id)).map(({ event }) => event));
    expect(events.size).toBe(1);
  });

  test('times', async () => {
    const library = await server.deploy({
      name: 'nightly',
      client: everything,
      source: 'export default async (event) => console.log(event.trigger)',
      triggers: [{ kind: 'schedule', cron: '30 2 * * 1-5', zone: 'Europe/Berlin' }],
    });
    const rows = await server.engine.db.query<{ cron: string; queue: string; payload: object }>({
      text: 'select cron, queue, payload from job_schedule where name = $1',
      values: [`bot:1:${library.id ?? ''}:0`],
    });
    expect(rows).toMatchObject([{ cron: '30 2 * * 1-5', queue: 'bots' }]);
    await server.jobs.add({ queue: 'bots', tenant: 1, payload: { bot: library.id ?? '', trigger: 0 } });
    await until(async () => (await server.runs(library.id)).length === 1);
    expect(await server.runs(library.id)).toMatchObject([
      { trigger: 'schedule', outcome: 'success', info: 'schedule' },
    ]);
    await server.send('POST', `Library/${library.id ?? ''}/$withdraw`);
    const left = await server.engine.db.query({ text: `select from job_schedule where queue = 'bots'`, values: [] });
    expect(left).toEqual([]);
  });
});

describe('beyond the server', () => {
  let other: Server;
  let host: string;
  const asked: { method?: string | undefined; authorization?: string | undefined; body: string }[] = [];

  beforeAll(async () => {
    other = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push({ method: request.method, authorization: request.headers.authorization, body });
        if (request.url === '/away') response.writeHead(302, { Location: 'http://169.254.169.254/' }).end();
        else response.writeHead(200, { 'X-Own': 'yes' }).end('{"ok":true}');
      });
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  });

  afterAll(() => other.close());

  test('it fetches from the hosts that it names, with secrets that it names, and logs none of them', async () => {
    const secret = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'name', valueString: 'api' },
        { name: 'value', valueString: 'top-secret' },
      ],
    };
    expect((await server.send('POST', 'Library/$set-bot-secret', secret)).status).toBe(204);
    const sealed = await server.engine.db.query<{ sealed: Buffer }>({
      text: 'select sealed from bot_secret',
      values: [],
    });
    expect(sealed[0]?.sealed.includes('top-secret')).toBe(false);
    const source = `export default async ({ input }) => {
      const key = await athanor.secret('api');
      console.log('key', key);
      const answer = await athanor.fetch('http://' + input.id + '/x', { method: 'POST', headers: { Authorization: 'Bearer ' + key }, body: 'hello' });
      const away = await athanor.fetch('http://' + input.id + '/away');
      const refused = [];
      for (const url of ['http://localhost:1/', 'https://example.org/', 'file:///etc/passwd', 'http://user:pw@' + input.id + '/', 'nonsense'])
        await athanor.fetch(url).catch(error => refused.push(error.code));
      for (const init of [{ method: 'DELETE' }, { headers: { Host: 'x' } }, { headers: { A: 'b\\r\\nc: d' } }, { body: 1 }])
        await athanor.fetch('http://' + input.id + '/', init).catch(error => refused.push(error.code));
      await athanor.secret('other').catch(error => refused.push(error.code));
      return { ok: answer.ok, own: answer.headers['x-own'], json: await answer.json(), away: away.status, refused };
    }`;
    const library = await server.deploy({
      name: 'fetches',
      client: everything,
      source,
      hosts: [host],
      secrets: ['api'],
    });
    const { body } = await server.execute(library.id, { resourceType: 'Basic', id: host, code: { text: 'x' } });
    expect(JSON.parse(String((body.parameter?.[0] as { valueString?: string } | undefined)?.valueString))).toEqual({
      ok: true,
      own: 'yes',
      json: { ok: true },
      away: 302,
      refused: [...Array<string>(5).fill('outbound.refused'), ...Array<string>(4).fill('bot.badCall'), 'bot.noSecret'],
    });
    expect(asked[0]).toEqual({ method: 'POST', authorization: 'Bearer top-secret', body: 'hello' });
    expect(asked).toHaveLength(2);
    const { text } = await server.get(`Library/${library.id ?? ''}/$runs`);
    expect(text).toContain('key ***');
    expect(text).not.toContain('top-secret');
    expect((await server.get('Library/$bot-secrets')).text).not.toContain('top-secret');
  });

  test('secrets are managed by administrators, and are not sent in a URL', async () => {
    expect((await server.get('Library/$bot-secrets', as('nurse'))).status).toBe(403);
    expect((await server.send('POST', 'Library/$set-bot-secret?name=a&value=b')).status).toBe(400);
    const name = { resourceType: 'Parameters', parameter: [{ name: 'name', valueString: 'api' }] };
    expect((await server.send('POST', 'Library/$remove-bot-secret', name)).status).toBe(204);
    expect((await server.send('POST', 'Library/$remove-bot-secret', name)).status).toBe(404);
  });
});
