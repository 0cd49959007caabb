import { multiplyDecimals } from '#sdk';
import type { Amount, BaseUnit } from './drug.ts';

/**
 * Units in which drugs are measured, as UCUM and as people and RxNorm write them, with the factor to a base unit of the
 * same dimension. Nothing turns mass into volume, and units of effect into neither.
 */
const UNITS: Readonly<Record<string, readonly [factor: string, unit: BaseUnit]>> = {
  kg: ['1000000', 'mg'],
  g: ['1000', 'mg'],
  gram: ['1000', 'mg'],
  grams: ['1000', 'mg'],
  mg: ['1', 'mg'],
  milligram: ['1', 'mg'],
  milligrams: ['1', 'mg'],
  ug: ['0.001', 'mg'],
  mcg: ['0.001', 'mg'],
  microgram: ['0.001', 'mg'],
  micrograms: ['0.001', 'mg'],
  ng: ['0.000001', 'mg'],
  l: ['1000', 'mL'],
  ml: ['1', 'mL'],
  '[iu]': ['1', '[iU]'],
  iu: ['1', '[iU]'],
  unt: ['1', '[iU]'],
  unit: ['1', '[iU]'],
  units: ['1', '[iU]'],
  '1': ['1', '1'],
  tablet: ['1', '1'],
  tablets: ['1', '1'],
  tab: ['1', '1'],
  tabs: ['1', '1'],
  capsule: ['1', '1'],
  capsules: ['1', '1'],
  cap: ['1', '1'],
  caps: ['1', '1'],
  puff: ['1', '1'],
  puffs: ['1', '1'],
  actuat: ['1', '1'],
  patch: ['1', '1'],
  suppository: ['1', '1'],
  dose: ['1', '1'],
  drop: ['1', '1'],
  vial: ['1', '1'],
  ampule: ['1', '1'],
};

/** `{tablet}` is a UCUM annotation of the unit 1. https://ucum.org/ucum#para-6 */
const ANNOTATION = /^\{[\x21-\x7a|\x7e]+\}$/;

/** Undefined for a unit of none of the dimensions. */
export function amountIn(value: string, unit: string): Amount | undefined {
  const key = unit.trim().replaceAll('\u00b5', 'u').replaceAll('\u03bc', 'u').toLowerCase();
  const found = ANNOTATION.test(key) ? (['1', '1'] as const) : Object.hasOwn(UNITS, key) ? UNITS[key] : undefined;
  return found && { value: multiplyDecimals(value, found[0]), unit: found[1] };
}
