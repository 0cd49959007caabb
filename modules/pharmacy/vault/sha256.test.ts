import { sha256 } from './sha256.ts';

test('SHA-256 as FIPS 180-4 has it', async () => {
  expect(await sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
