import type { ModuleCode } from '#sdk';

export const code: ModuleCode = {};
