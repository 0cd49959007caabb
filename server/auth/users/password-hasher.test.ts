import { hashSync } from '@node-rs/argon2';
import { createPasswordHasher } from './password-hasher.ts';

test('a hash is Argon2id with the parameters that were decided', async () => {
  const hasher = createPasswordHasher();
  const encoded = await hasher.hash('violet otter');
  expect(encoded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hasher.verify(encoded, 'violet otter')).toBe(true);
  expect(await hasher.verify(encoded, 'violet otter ')).toBe(false);
  expect(hasher.isOutdated(encoded)).toBe(false);
});

test('the same characters are the same password, however they are composed', async () => {
  const hasher = createPasswordHasher();
  const encoded = await hasher.hash('caf\u00e9');
  expect(await hasher.verify(encoded, 'cafe\u0301')).toBe(true);
});

test('without a hash nothing is right, after the same work', async () => {
  const hasher = createPasswordHasher();
  const encoded = await hasher.hash('violet otter');
  const time = async (hash: string | undefined): Promise<number> => {
    const samples: number[] = [];
    for (let count = 0; count < 9; count += 1) {
      const start = performance.now();
      expect(await hasher.verify(hash, 'wrong')).toBe(false);
      samples.push(performance.now() - start);
    }
    return samples.sort((a, b) => a - b)[4] ?? 0;
  };
  const ratio = (await time(undefined)) / (await time(encoded));
  // Medians of equal work; wide, because others use the machine too.
  expect(ratio).toBeGreaterThan(0.3);
  expect(ratio).toBeLessThan(3);
});

test.each([
  [{ memoryCost: 8192, timeCost: 2, parallelism: 1 }, true],
  [{ memoryCost: 19_456, timeCost: 1, parallelism: 1 }, true],
  [{ memoryCost: 32_768, timeCost: 3, parallelism: 1 }, false],
])('a hash with %j is outdated: %s', (parameters, expected) => {
  expect(createPasswordHasher().isOutdated(hashSync('x', parameters))).toBe(expected);
});

test('2 at a time and 50 that wait; what is more is refused with 503, and places come free again', async () => {
  const hasher = createPasswordHasher();
  const results = await Promise.allSettled(Array.from({ length: 60 }, () => hasher.verify(undefined, 'x')));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(52);
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(8);
  expect(refused[0]?.reason).toMatchObject({ code: 'auth.busy', status: 503, headers: { 'Retry-After': '2' } });
  expect(await hasher.verify(undefined, 'x')).toBe(false);
});
