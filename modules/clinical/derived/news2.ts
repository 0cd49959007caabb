import { compareDecimals } from '#sdk';

/** What the score is made of; decimals in /min, %, mm[Hg] and Cel. */
export interface News2Input {
  readonly respiratoryRate: string;
  readonly oxygenSaturation: string;
  readonly systolic: string;
  readonly pulse: string;
  readonly temperature: string;
  readonly consciousness: string;
  readonly gas: 'air' | 'oxygen';
  /** `scale-2` for patients whose oxygen saturation shall be 88 to 92 %. */
  readonly scale: 'scale-1' | 'scale-2';
}

export interface News2 {
  readonly score: number;
  readonly risk: 'low' | 'low-medium' | 'medium' | 'high';
}

/** Points up to and including a value; the last ones for everything above. */
type Bands = readonly (readonly [upTo: string, points: number])[];

const RESPIRATION: Bands = [
  ['8', 3],
  ['11', 1],
  ['20', 0],
  ['24', 2],
  ['', 3],
];
const SATURATION_1: Bands = [
  ['91', 3],
  ['93', 2],
  ['95', 1],
  ['', 0],
];
const SATURATION_2: Bands = [
  ['83', 3],
  ['85', 2],
  ['87', 1],
  ['92', 0],
  ['94', 1],
  ['96', 2],
  ['', 3],
];
const SYSTOLIC: Bands = [
  ['90', 3],
  ['100', 2],
  ['110', 1],
  ['219', 0],
  ['', 3],
];
const PULSE: Bands = [
  ['40', 3],
  ['50', 1],
  ['90', 0],
  ['110', 1],
  ['130', 2],
  ['', 3],
];
const TEMPERATURE: Bands = [
  ['35.0', 3],
  ['36.0', 1],
  ['38.0', 0],
  ['39.0', 1],
  ['', 2],
];

/**
 * National Early Warning Score 2 of adults who are not pregnant. Royal College of Physicians: National Early Warning Score
 * (NEWS) 2, London 2017 (ISBN 978-1-86016-682-2), chart 1.
 */
export function news2(input: News2Input): News2 {
  const { gas, scale, consciousness } = input;
  const parts = [
    points(RESPIRATION, input.respiratoryRate),
    scale === 'scale-1' ? points(SATURATION_1, input.oxygenSaturation) : onScale2(input.oxygenSaturation, gas),
    gas === 'oxygen' ? 2 : 0,
    points(SYSTOLIC, input.systolic),
    points(PULSE, input.pulse),
    consciousness === 'alert' ? 0 : 3,
    points(TEMPERATURE, input.temperature),
  ];
  const score = parts.reduce((sum, part) => sum + part, 0);
  return { score, risk: riskOf(score, parts) };
}

/** Without oxygen a high saturation is nothing to worry about. */
function onScale2(saturation: string, gas: News2Input['gas']): number {
  return gas === 'air' && compareDecimals(saturation, '92') > 0 ? 0 : points(SATURATION_2, saturation);
}

function points(bands: Bands, value: string): number {
  return bands.find(([upTo]) => upTo === '' || compareDecimals(value, upTo) <= 0)?.[1] ?? 0;
}

function riskOf(score: number, parts: readonly number[]): News2['risk'] {
  if (score >= 7) return 'high';
  if (score >= 5) return 'medium';
  return parts.includes(3) ? 'low-medium' : 'low';
}
