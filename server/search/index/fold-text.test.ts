import fc from 'fast-check';
import { foldText } from './fold-text.ts';

describe('foldText', () => {
  test.each([
    ['Smith', 'smith'],
    ['  van   der  Berg ', 'van der berg'],
    ['tab\tand\nline', 'tab and line'],
    ["O'Brien-Smith, Jr.", "o'brien-smith, jr."],
    ['O’Brien', "o'brien"],
    ['Müller', 'muller'],
    ['Mu\u0308ller', 'muller'],
    ['Straße', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['Søren Ærø', 'soren aero'],
    ['Łukasz Đorđević', 'lukasz dordevic'],
    ['Þórður', 'thordur'],
    ['Œuvre', 'oeuvre'],
    ['İstanbul', 'istanbul'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
    ['Ὀδυσσεύς', 'οδυσσευσ'],
    ['ﬁrst №1', 'first no1'],
    ['Ｆｕｌｌ　ｗｉｄｔｈ', 'full width'],
    ['佐藤', '佐藤'],
    ['ｻﾄｳ', 'サトウ'],
    ['soft\u00adhyphen', 'softhyphen'],
    ['', ''],
  ])('%j → %j', (text, expected) => {
    expect(foldText(text)).toBe(expected);
  });

  test('folding twice is folding once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const folded = foldText(text);
        expect(foldText(folded)).toBe(folded);
      }),
      { numRuns: 2000 },
    );
  });
});
