import type { BenchCase } from './bench-case.ts';
import { READ_CASES } from './read-cases.ts';
import { WRITE_CASES } from './write-cases.ts';

/** Reads first: the writes would change what they find. */
export const CASES: readonly BenchCase[] = [...READ_CASES, ...WRITE_CASES];
