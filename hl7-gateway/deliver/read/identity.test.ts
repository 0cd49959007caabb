import fc from 'fast-check';
import { identityKey, identityToken, readIdentity } from './identity.ts';

test('what is asked for by a token is what it was made of', () => {
  const text = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(text, text, (system, value) => {
      expect(readIdentity(`identifier=${identityToken({ system, value })}`)).toEqual({ system, value });
    }),
  );
});

test.each([
  ['identifier=urn:oid:1.2|5', { system: 'urn:oid:1.2', value: '5' }],
  ['identifier=urn%3Aoid%3A1.2%7C5', { system: 'urn:oid:1.2', value: '5' }],
  ['identifier=a|b\\,c', { system: 'a', value: 'b,c' }],
  ['identifier=a|b\\|c', { system: 'a', value: 'b|c' }],
  ['identifier=a|b c', { system: 'a', value: 'b c' }],
  ['identifier=5', undefined],
  ['identifier=|5', undefined],
  ['identifier=a|', undefined],
  ['identifier=a|b,c|d', undefined],
  ['identifier=a|b|c', undefined],
  ['identifier=a|b&code=c', undefined],
  ['identifier:of-type=a|b', undefined],
  ['code=a|b', undefined],
])('%s', (query, identity) => {
  expect(readIdentity(query)).toEqual(identity);
});

test('keys of other types and other identities differ', () => {
  expect(identityKey('Patient', { system: 'a', value: 'b|c' })).not.toBe(
    identityKey('Patient', { system: 'a|b', value: 'c' }),
  );
  expect(identityKey('Patient', { system: 'a', value: 'b' })).not.toBe(
    identityKey('Person', { system: 'a', value: 'b' }),
  );
});
