import type { ModuleCode } from '#sdk';
import { imagingOrderNumbers } from './rules/imaging-order-numbers.ts';

export const code: ModuleCode = { rules: [imagingOrderNumbers] };
