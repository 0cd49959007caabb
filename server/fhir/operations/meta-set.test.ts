import type { JsonObject } from '../../kernel/json.ts';
import { withMeta, withoutMeta } from './meta-set.ts';

const red = { system: 'urn:tags', code: 'red' };
const blue = { system: 'urn:tags', code: 'blue' };

test.each<[string, JsonObject, JsonObject, JsonObject]>([
  ['a tag joins', { tag: [red] }, { tag: [blue] }, { tag: [red, blue] }],
  [
    'a known tag stays once, as it was',
    { tag: [{ ...red, display: 'R' }] },
    { tag: [red] },
    { tag: [{ ...red, display: 'R' }] },
  ],
  [
    'the same code of another system is another tag',
    { tag: [red] },
    { tag: [{ code: 'red' }] },
    { tag: [red, { code: 'red' }] },
  ],
  ['one given twice joins once', {}, { profile: ['urn:a', 'urn:a'] }, { profile: ['urn:a'] }],
  ['security labels join', { source: 'x' }, { security: [blue] }, { source: 'x', security: [blue] }],
  ['version and time are not taken over', { versionId: '1' }, { versionId: '9', lastUpdated: 'x' }, { versionId: '1' }],
])('$meta-add: %s', (_what, meta, added, wanted) => {
  expect(withMeta(meta, added)).toEqual(wanted);
});

test.each<[string, JsonObject, JsonObject, JsonObject]>([
  ['a tag leaves', { tag: [red, blue] }, { tag: [red] }, { tag: [blue] }],
  ['the display does not matter', { tag: [{ ...red, display: 'R' }, blue] }, { tag: [red] }, { tag: [blue] }],
  ['an empty list leaves with its last item', { tag: [red], source: 'x' }, { tag: [red] }, { source: 'x' }],
  ['what is not there is no error', { tag: [red] }, { tag: [blue], profile: ['urn:a'] }, { tag: [red] }],
  [
    'extensions of a profile leave with it',
    { profile: ['urn:a', 'urn:b'], _profile: [{ id: 'a' }, { id: 'b' }] },
    { profile: ['urn:a'] },
    { profile: ['urn:b'], _profile: [{ id: 'b' }] },
  ],
])('$meta-delete: %s', (_what, meta, removed, wanted) => {
  expect(withoutMeta(meta, removed)).toEqual(wanted);
});
