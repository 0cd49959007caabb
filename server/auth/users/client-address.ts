/** Where a request came from, as sessions and the audit trail tell it. */
export interface ClientAddress {
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** Nowhere on the network: the command line. */
export const COMMAND_LINE: ClientAddress = { ip: undefined, userAgent: undefined };
