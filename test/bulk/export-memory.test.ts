import { measureExport } from './measure-export.ts';

jest.setTimeout(120_000);

/** `npm run bench:bulk` does it with a million. */
test('memory stays the same, however much is exported', async () => {
  const { count, peak } = await measureExport(60_000);
  expect(count).toBe(60_000);
  expect(peak / 1_048_576).toBeLessThan(300);
});
