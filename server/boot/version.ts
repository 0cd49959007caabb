import manifest from '../../package.json' with { type: 'json' };

/** Of this server, as in package.json. */
export const VERSION = manifest.version;
