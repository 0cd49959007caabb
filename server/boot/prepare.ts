import { loadDefinitions } from '../definitions/load.ts';

// Part of the build: the compact definitions are written on first use, which a read-only installation could not do.
loadDefinitions();
