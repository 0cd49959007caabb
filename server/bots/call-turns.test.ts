import { until } from '../../test/harness/eventually.ts';
import { createCallTurns } from './call-turns.ts';

/** Work that ends when it is told to. */
function openWork(): { readonly work: () => Promise<void>; readonly begun: () => number; end(): void } {
  const ends: (() => void)[] = [];
  let begun = 0;
  return {
    work: () =>
      new Promise((resolve) => {
        begun += 1;
        ends.push(resolve);
      }),
    begun: () => begun,
    end: () => ends.shift()?.(),
  };
}

test('four calls at once, and behind the first eight one by one', async () => {
  const turns = createCallTurns();
  const { work, begun, end } = openWork();
  const all = Array.from({ length: 12 }, () => turns.take(work));
  await until(() => begun() === 4);
  for (let ended = 1; ended <= 4; ended += 1) {
    end();
    await until(() => begun() === 4 + ended);
  }
  for (let left = 0; left < 3; left += 1) end();
  await Promise.all(all.slice(0, 7));
  expect(begun()).toBe(8);
  for (let next = 9; next <= 12; next += 1) {
    end();
    await until(() => begun() === next);
  }
  end();
  await Promise.all(all);
});

test('what waits when the run ends is not done, and what fails gives its turn away', async () => {
  const turns = createCallTurns();
  const { work, begun, end } = openWork();
  await expect(turns.take(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  const first = Array.from({ length: 4 }, () => turns.take(work));
  void turns.take(work);
  await until(() => begun() === 4);
  turns.end();
  void turns.take(work);
  for (let left = 0; left < 4; left += 1) end();
  await Promise.all(first);
  expect(begun()).toBe(4);
});
