import { openTestEngine } from '../../test/harness/test-engine.ts';
import { loadDemo } from './demo.ts';
import { generateDemoClinic } from './demo-clinic/generate.ts';

test('the demo clinic is the same every time', () => {
  expect(generateDemoClinic()).toEqual(generateDemoClinic());
});

test('loading it again changes nothing', async () => {
  const { engine, ctx, close } = await openTestEngine();
  try {
    const { created, existing } = await loadDemo(engine, ctx());
    expect(created).toBeGreaterThan(200);
    expect(existing).toBe(0);
    expect(await loadDemo(engine, ctx())).toEqual({ created: 0, existing: created });
    const [versions] = await engine.db.query<{ most: number }>({
      text: 'select max(version) as most from resource',
      values: [],
    });
    expect(versions?.most).toBe(1);
  } finally {
    await close();
  }
});
