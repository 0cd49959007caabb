import { COMMAND_LINE, type ClientAddress } from './client-address.ts';

/** Who administers. */
export interface Actor {
  /** Account, or `server`. */
  readonly by: string;
  readonly from: ClientAddress;
}

/** Whoever may start programs on the server's machine. */
export const OPERATOR: Actor = { by: 'server', from: COMMAND_LINE };
