import { wordsOf } from './words.ts';

test.each([
  ['Acute left-sided pain', ['acute', 'left', 'sided', 'pain']],
  ['Ménière’s disease', ['meniere', 's', 'disease']],
  ['5 mg/mL (β-blocker)', ['5', 'mg', 'ml', 'β', 'blocker']],
  ['ﬁne Ⅷ ½', ['fine', 'viii', '1', '2']],
  ["'; drop --", ['drop']],
  ['頭痛 。', ['頭痛']],
  ['', []],
  ['x'.repeat(100), ['x'.repeat(60)]],
])('%s', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});
