const STRUCTURE = 'https://athanor.health/fhir/StructureDefinition';

/** The profile of Library that bots have, and its extensions (profiles/clinic). */
export const BOT_PROFILE = `${STRUCTURE}/clinic-bot`;
export const TRIGGER = `${STRUCTURE}/bot-trigger`;
export const CALLER = `${STRUCTURE}/bot-caller`;
export const CLIENT = `${STRUCTURE}/bot-client`;
export const HOST = `${STRUCTURE}/bot-host`;
export const SECRET = `${STRUCTURE}/bot-secret`;
export const LIMITS = `${STRUCTURE}/bot-limits`;

/** System of the identifier that is the bot's name. */
export const BOT_NAMES = 'https://athanor.health/fhir/sid/bot';

/** Title of the attachment with what was compiled. */
export const COMPILED = 'compiled';
export const TYPESCRIPT = 'text/typescript';
export const JAVASCRIPT = 'text/javascript';
