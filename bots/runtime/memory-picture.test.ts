import fc from 'fast-check';
import { memoryPicture } from './memory-picture.ts';

const SIZE = 4 * 1024 * 1024;

test('what was written since is gone, wherever there was anything', () => {
  const place = fc.nat({ max: SIZE - 1 });
  fc.assert(
    fc.property(fc.uniqueArray(place, { minLength: 1, maxLength: 50 }), fc.array(place), (kept, written) => {
      const memory = new ArrayBuffer(SIZE);
      const bytes = new Uint8Array(memory);
      for (const at of kept) bytes[at] = 1 + (at % 255);
      const before = bytes.slice();
      const picture = memoryPicture(memory);
      for (const at of [...kept, ...written]) bytes[at] = 77;
      picture.restore();
      const pages = new Set(kept.map((at) => Math.floor(at / 4096)));
      for (const page of pages) {
        const [from, to] = [page * 4096, (page + 1) * 4096];
        expect(Buffer.compare(bytes.subarray(from, to), before.subarray(from, to))).toBe(0);
      }
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['a short stretch without content is put back too', 100, 0],
  ['a long one is left as it is: the stack is such a one', 300, 77],
])('%s', (_name, pages, expected) => {
  const memory = new ArrayBuffer(SIZE);
  const bytes = new Uint8Array(memory);
  bytes[0] = 1;
  bytes[(pages + 2) * 4096] = 1;
  const picture = memoryPicture(memory);
  bytes[50 * 4096] = 77;
  picture.restore();
  expect(bytes[50 * 4096]).toBe(expected);
});

test('an empty memory has nothing to put back', () => {
  const memory = new ArrayBuffer(SIZE);
  memoryPicture(memory).restore();
  expect(new Uint8Array(memory).some((byte) => byte !== 0)).toBe(false);
});
