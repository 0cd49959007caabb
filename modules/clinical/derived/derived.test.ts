import { bodyMassIndex } from './body-mass-index.ts';
import { news2, type News2Input } from './news2.ts';

test.each([
  ['70', 'kg', '175', 'cm', '22.9'],
  ['70.0', 'kg', '1.75', 'm', '22.9'],
  ['154.32', '[lb_av]', '69', '[in_i]', '22.8'],
  ['3500', 'g', '50', 'cm', '14'],
  ['70', 'kg', '0', 'cm', undefined],
  ['70', 'kg', '175', 'kg', undefined],
])('%s %s at %s %s', (weight, weightUnit, height, heightUnit, expected) => {
  expect(bodyMassIndex({ value: weight, unit: weightUnit }, { value: height, unit: heightUnit })).toBe(expected);
});

const well: News2Input = {
  respiratoryRate: '16',
  oxygenSaturation: '97',
  systolic: '120',
  pulse: '70',
  temperature: '37.0',
  consciousness: 'alert',
  gas: 'air',
  scale: 'scale-1',
};

test.each<[Partial<News2Input>, number, string]>([
  [{}, 0, 'low'],
  [{ respiratoryRate: '8' }, 3, 'low-medium'],
  [{ respiratoryRate: '9' }, 1, 'low'],
  [{ respiratoryRate: '21' }, 2, 'low'],
  [{ respiratoryRate: '25' }, 3, 'low-medium'],
  [{ oxygenSaturation: '95' }, 1, 'low'],
  [{ oxygenSaturation: '93' }, 2, 'low'],
  [{ oxygenSaturation: '91' }, 3, 'low-medium'],
  [{ oxygenSaturation: '97', scale: 'scale-2' }, 0, 'low'],
  [{ oxygenSaturation: '97', scale: 'scale-2', gas: 'oxygen' }, 5, 'medium'],
  [{ oxygenSaturation: '90', scale: 'scale-2', gas: 'oxygen' }, 2, 'low'],
  [{ oxygenSaturation: '83', scale: 'scale-2' }, 3, 'low-medium'],
  [{ gas: 'oxygen' }, 2, 'low'],
  [{ systolic: '90' }, 3, 'low-medium'],
  [{ systolic: '100' }, 2, 'low'],
  [{ systolic: '220' }, 3, 'low-medium'],
  [{ pulse: '40' }, 3, 'low-medium'],
  [{ pulse: '91' }, 1, 'low'],
  [{ pulse: '130' }, 2, 'low'],
  [{ pulse: '131' }, 3, 'low-medium'],
  [{ consciousness: 'confusion' }, 3, 'low-medium'],
  [{ temperature: '35.0' }, 3, 'low-medium'],
  [{ temperature: '36.0' }, 1, 'low'],
  [{ temperature: '38.1' }, 1, 'low'],
  [{ temperature: '39.1' }, 2, 'low'],
  [{ temperature: '39.1', pulse: '120', respiratoryRate: '22' }, 6, 'medium'],
  [{ temperature: '39.1', pulse: '120', respiratoryRate: '25' }, 7, 'high'],
])('NEWS2 with %j is %i, %s', (different, score, risk) => {
  expect(news2({ ...well, ...different })).toEqual({ score, risk });
});
