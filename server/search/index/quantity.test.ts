import { canonicalQuantity, UCUM } from './quantity.ts';

const text = (value: string, code: string): string | undefined => {
  const canonical = canonicalQuantity(value, UCUM, code);
  return canonical && `${canonical.value} ${canonical.unit}`;
};

describe('canonicalQuantity', () => {
  test.each([
    ['5.40', 'mg/dL', '54 m-3.g'],
    ['1', 'kg', '1000 g'],
    ['1', '[lb_av]', '453.59237 g'],
    ['1', '[in_i]', '0.0254 m'],
    ['6', '[ft_i]', '1.8288 m'],
    ['37.0', 'Cel', '310.15 K'],
    ['98.6', '[degF]', '310.15 K'],
    ['310.15', 'K', '310.15 K'],
    ['60', '/min', '1 s-1'],
    ['7', '/min', '0.116666666666666666666667 s-1'],
    ['1', 'a', '31557600 s'],
    ['12', 'mo', '31557600 s'],
    ['31557600', '/a', '1 s-1'],
    ['31557600', '/mo', '12 s-1'],
    ['1', 'wk', '604800 s'],
    ['3600', 'mm/h', '0.001 m.s-1'],
    ['4.5', '10*3/uL', '4500000000000 m-3'],
    ['4.5', '10*9/L', '4500000000000 m-3'],
    ['5', 'mmol/L', '5 m-3.mol'],
    ['0.005', 'mol/L', '5 m-3.mol'],
    ['120', 'mm[Hg]', '15998640 m-1.s-2.g'],
    ['5', '%', '0.05 1'],
    ['3', '{score}', '3 1'],
    ['60', 'mL/min/{1.73_m2}', '0.000001 m3.s-1'],
    ['2', '[iU]/L', '2000 m-3.[iu]'],
    ['2', '[iU]/mL', '2000000 m-3.[iu]'],
    ['2', '[IU]/L', '2000 m-3.[iu]'],
    ['7.40', '[pH]', '7.4 [pH]'],
    ['-40', 'Cel', '233.15 K'],
    ['-40', '[degF]', '233.15 K'],
  ])('%s %s = %s', (value, code, expected) => {
    expect(text(value, code)).toBe(expected);
  });

  test.each([
    ['5', UCUM, 'bogus'],
    ['5', UCUM, 'mEq/L'],
    ['5', UCUM, ''],
    ['5', UCUM, undefined],
    ['5', undefined, 'mg'],
    ['5', 'http://snomed.info/sct', 'mg'],
    ['five', UCUM, 'mg'],
    ['5', UCUM, 'm'.repeat(500)],
  ])('%s %s %s has none', (value, system, code) => {
    expect(canonicalQuantity(value, system, code)).toBeUndefined();
  });

  test('arbitrary units do not meet plain counts', () => {
    expect(canonicalQuantity('1', UCUM, '[iU]/L')?.unit).not.toBe(canonicalQuantity('1', UCUM, '10*3/L')?.unit);
  });
});
