import { BOUNDARIES } from './boundaries.ts';
import { CONVERSION } from './conversion.ts';
import { ENCODING } from './encoding.ts';
import { EXISTENCE } from './existence.ts';
import { FHIR } from './fhir.ts';
import { FILTERING } from './filtering.ts';
import type { FhirpathFunction } from './function.ts';
import { MATH } from './math.ts';
import { NAVIGATION } from './navigation.ts';
import { STRINGS } from './strings.ts';
import { SUBSETTING } from './subsetting.ts';
import { UTILITY } from './utility.ts';

/** All functions by name. */
export const FUNCTIONS: ReadonlyMap<string, FhirpathFunction> = new Map(
  [
    EXISTENCE,
    FILTERING,
    SUBSETTING,
    NAVIGATION,
    CONVERSION,
    STRINGS,
    ENCODING,
    MATH,
    BOUNDARIES,
    FHIR,
    UTILITY,
  ].flatMap((table) => Object.entries(table)),
);
