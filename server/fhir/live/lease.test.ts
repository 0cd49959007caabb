import { createLease, type Lease } from './lease.ts';

interface Watched {
  clock: number;
  looks: number;
  fails: boolean;
  /** Runs within a look. */
  meanwhile(): void;
}

const ignore = (): void => undefined;

function watch(): { readonly watched: Watched; readonly lease: Lease } {
  const watched: Watched = { clock: 10_000, looks: 0, fails: false, meanwhile: ignore };
  const lease = createLease({
    now: () => watched.clock,
    onError: ignore,
    async check() {
      watched.looks += 1;
      await Promise.resolve();
      watched.meanwhile();
      if (watched.fails) throw new Error('the database is away');
    },
  });
  return { watched, lease };
}

test.each([
  ['at once', 0, 0, false],
  ['within a second', 999, 0, false],
  ['after a second, behind the request', 1000, 1, false],
  ['after two seconds, before the request', 2000, 1, true],
])('a request %s', (_when, age, looks, waits) => {
  const { watched, lease } = watch();
  watched.clock += age;
  const done = lease.fresh();
  expect([watched.looks, done !== undefined]).toEqual([looks, waits]);
});

test('requests share one look', async () => {
  const { watched, lease } = watch();
  watched.clock += 5000;
  await Promise.all([lease.fresh(), lease.fresh()]);
  expect([watched.looks, lease.fresh()]).toEqual([1, undefined]);
});

test('the request after an own change waits for a look, also one whose look is under way already', async () => {
  const { watched, lease } = watch();
  lease.expire();
  let changes = 1;
  watched.meanwhile = () => {
    changes -= 1;
    if (changes === 0) lease.expire();
  };
  await lease.fresh();
  expect([watched.looks, lease.fresh()]).toEqual([2, undefined]);
  await lease.close();
});

test('a look that fails is repeated by the next request', async () => {
  const { watched, lease } = watch();
  lease.expire();
  watched.fails = true;
  await expect(lease.fresh()).rejects.toThrow('away');
  watched.fails = false;
  await lease.fresh();
  expect(watched.looks).toBe(2);
  await lease.close();
});

test('an own change is looked at without any request', async () => {
  const { watched, lease } = watch();
  lease.expire();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(watched.looks).toBe(1);
  await lease.close();
});
