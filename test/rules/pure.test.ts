import { create } from '../../server/fhir/interactions/create.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import { defineRule } from '../../server/sdk/index.ts';
import type { Statement } from '../../server/storage/db.ts';
import { openRuledServer, type RuledServer } from './ruled-server.ts';

/** A rule that looks at nothing but the change costs a new resource no transaction. */
const noHouse = defineRule({
  name: 'no-house',
  on: 'Observation',
  isPure: true,
  check({ after }) {
    const code = after?.code.text;
    if (code === 'refused') return [{ severity: 'error', code: 'business-rule', text: 'Not that.' }];
    return code === 'odd' ? [{ severity: 'warning', code: 'business-rule', text: 'This is odd.' }] : [];
  },
});

const observation = (text: string) => ({ resourceType: 'Observation', status: 'final', code: { text } });

let server: RuledServer;
beforeAll(async () => {
  server = await openRuledServer({ rules: [noHouse] });
});
afterAll(() => server.close());

test('a new resource is one statement, without a transaction', async () => {
  const statements: Statement[] = [];
  const { engine } = server;
  const ctx: Ctx = {
    ...server.ctx(),
    db: {
      query(statement) {
        statements.push(statement);
        return engine.db.query(statement);
      },
    },
  };
  const headers = { prefer: {}, accept: [] };
  const request = { method: 'POST', path: ['Observation'], query: '', headers, body: observation('usual') } as const;
  await create(engine, ctx, request);
  statements.length = 0;
  await create(engine, ctx, request);
  expect(statements).toHaveLength(1);
});

test('what is refused is not stored, and a warning is told', async () => {
  const before = (await server.get('Observation?_summary=count')).body.total;
  const refused = await server.send('POST', 'Observation', observation('refused'));
  expect([refused.status, refused.body.issue?.[0]?.details.text]).toEqual([422, 'Not that.']);
  expect((await server.get('Observation?_summary=count')).body.total).toBe(before);
  const odd = await server.send('POST', 'Observation', observation('odd'), { Prefer: 'return=OperationOutcome' });
  expect(odd.status).toBe(201);
  expect(odd.text).toContain('This is odd.');
});

test('a rule that changes resources is none of them', () => {
  expect(() => defineRule({ name: 'x', on: 'Observation', isPure: true, change: () => undefined })).toThrow(/pure/);
});
