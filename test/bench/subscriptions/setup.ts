export const SETUPS = ['without the feed', 'no subscription', '100 subscriptions'] as const;
export type SetupName = (typeof SETUPS)[number];

/** CPU of one turn, ms: of the server, and of its database. */
export interface Turn {
  readonly server: number;
  readonly database: number;
}

/** What a server is told: to make so many changes, or, with none, to end. */
export interface Asked {
  readonly changes: number;
}

export interface Told {
  readonly ready?: true;
  readonly turn?: Turn;
  /** Events by their state, at the end. */
  readonly events?: string;
}
