import type { ModuleCode } from '#sdk';

/** The console does nothing of its own in the server: it is a client of the public interface. */
export const code: ModuleCode = {};
