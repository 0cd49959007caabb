import { testSigner } from '../harness/test-signer.ts';
import { startModuleBots } from '../../server/bots/module-bots.ts';
import { openJobs } from '../../server/jobs/open-jobs.ts';
import { moduleContext } from '../../server/module-host/module-context.ts';
import { inClinicTransaction } from '../../server/module-host/clinic-transaction.ts';
import { createClinic } from '../../server/module-host/clinic.ts';
import type { BotContext } from '../../server/sdk/bot.ts';
import { defineBot, type BotEvent } from '../../server/sdk/index.ts';
import { openSubscriptions } from '../../server/subscriptions/open-subscriptions.ts';
import { openFhirServer } from '../flows/fhir-server.ts';
import { until } from '../harness/eventually.ts';

test('bots of modules react to changes and times, in each tenant that has them, again when they fail', async () => {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const server = await openFhirServer();
  const { engine } = server;
  const now = (): number => Date.now();
  const subscriptions = openSubscriptions({ engine, outbound: {}, retries: [50, 50], now, onError });
  const jobs = await openJobs({ db: engine.db, onError });
  const seen: BotEvent[] = [];
  const ran: string[] = [];
  let isEnabled = true;
  let attempts = 0;

  const greet = defineBot<'Patient'>({
    name: 'greet',
    title: 'Greets patients',
    on: { criteria: 'Patient?family=Greeted', interactions: ['create', 'delete'] },
    async run(event, clinic) {
      seen.push(event);
      attempts += 1;
      if (attempts === 1) throw new Error('not yet');
      await clinic.inTransaction((tx) =>
        tx.createOnce(`greet ${event.resourceId}`, { resourceType: 'Basic', code: { text: event.interaction } }),
      );
    },
  });
  const nightly = defineBot({
    name: 'nightly',
    title: 'Tidies up',
    on: { cron: '0 3 * * *', zone: 'Europe/Berlin' },
    async run(_event, { tenant }) {
      ran.push(`${tenant}`);
    },
  });
  await startModuleBots({
    engine,
    bots: [greet, nightly].map((bot) => ({ module: 'sample', bot })),
    subscriptions,
    jobs,
    contextOf: (ctx): BotContext => ({
      ...moduleContext(ctx, 'sample', {
        definitions: () => engine.definitions,
        signer: testSigner,
        log: () => undefined,
        setting: () => '',
      }),
      ...createClinic(engine, ctx),
      inTransaction: (work) => inClinicTransaction(engine, ctx, work),
      fetch: () => Promise.reject(new Error('nobody is asked here')),
    }),
    isEnabled: () => isEnabled,
    tenants: () => Promise.resolve([1, 7]),
  });

  const patient = { resourceType: 'Patient', name: [{ family: 'Greeted' }] };
  const { body } = await server.send('POST', 'Patient', patient);
  await until(async () => seen.length === 2);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
  expect(seen[1]).toMatchObject({ interaction: 'create', type: 'Patient', resourceId: body.id, version: 1 });
  await until(async () => (await server.get('Basic?_summary=count')).body.total === 1);

  await jobs.add({ queue: 'module-bots', tenant: 1, payload: { bot: 'nightly' } });
  await until(async () => ran.length === 2);
  expect(ran.sort()).toEqual(['1', '7']);
  const rows = await engine.db.query({
    text: `select cron, zone from job_schedule where name = 'module-bot:nightly'`,
    values: [],
  });
  expect(rows).toEqual([{ cron: '0 3 * * *', zone: 'Europe/Berlin' }]);

  isEnabled = false;
  await server.send('DELETE', `Patient/${body.id ?? ''}`);
  await server.send('POST', 'Patient', patient);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect([seen.length, ran.length]).toEqual([2, 2]);
  await subscriptions.close();
  await jobs.close();
  await server.close();
  expect(errors).toEqual([]);
});
