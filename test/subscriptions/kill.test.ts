import { killRun } from './kill-run.ts';

// `npm run reliability:subscriptions` has 20,000 events.
test('a receiver that fails and hangs, workers killed: nothing is lost, versions keep their order and number', async () => {
  const report = await killRun({
    events: 300,
    resources: 20,
    workers: 2,
    killEvery: 3000,
    patience: 120_000,
    folder: __dirname,
  });
  expect(report.problems).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  expect(report.requests).toBeGreaterThan(330);
}, 180_000);
