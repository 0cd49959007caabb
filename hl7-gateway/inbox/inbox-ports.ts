import type { DeliverableMessage, Delivered, ParkReason } from '../deliver/delivered.ts';
import type { ParsedMessage } from '../hl7/parsed-message.ts';
import type { MapContext, MessageMap } from '../map/map-context.ts';
import type { UnmappedCode } from '../map/mapped-message.ts';
import type { Partner } from '../partner/partner.ts';

/** Where a frame came from. */
export interface InboundLink {
  /** The listener's port. */
  readonly localPort: number;
  readonly remoteAddress: string;
  /** SHA-256 of the client's certificate, hex, lower case. */
  readonly certificate?: string;
}

/** Who sent it, as far as the header and the link tell. */
export type Recognised = { readonly partner: Partner } | { readonly partner: undefined; readonly isAmbiguous: boolean };

export interface PartnerDirectory {
  /** Whether partners are known at all: before, nobody can be told to be unknown. */
  isReady(): boolean;
  /** @param application MSH-3 and @param facility MSH-4: the components that have content, the first first */
  recognise(link: InboundLink, application: readonly string[], facility: readonly string[]): Recognised;
  /** Also of one that is not active any more: what it sent is worked on. */
  byId(id: string): Partner | undefined;
  /** @param receivedAt an ISO instant */
  contextOf(partner: Partner, receivedAt: string): MapContext;
}

/** What has to be done by a person, and is not told by {@link Delivered}. */
export interface ParkedWork {
  /** UUID of the message: one Task each. */
  readonly id: string;
  readonly controlId: string;
  readonly event: string;
  readonly partner: string;
  readonly receivedAt: string;
  readonly reason: ParkReason;
  /** For people; nothing of the message. */
  readonly text: string;
}

/** An answer that is in the partner's ConceptMap now. */
export interface CodeAnswer {
  readonly partner: string;
  readonly source: string;
  readonly code: string;
  readonly target: string;
}

export interface WorkItems {
  /** @returns `Task/id`, the same one for the same message. @throws when the server does not take it now */
  park(work: ParkedWork): Promise<string>;
  /** @returns `Task/id`, the same one for the same partner, source, code and target. @throws when the server does not take it now */
  raiseCode(partner: string, code: UnmappedCode): Promise<string>;
  /** Nothing is left to do. @throws when the server does not take it now */
  close(task: string): Promise<void>;
  /** Answers of people that were not taken before; those that are told are in the ConceptMap. @throws when the server does not answer */
  takeCodeAnswers(): Promise<readonly CodeAnswer[]>;
}

/** What became of a query: its reply, as text of a message; or why there is none. */
export type QueryAnswer =
  { readonly kind: 'answered'; readonly reply: string } | Extract<Delivered, { readonly kind: 'retry' }>;

/** Messages that ask something (QBP, QRY). */
export interface QueryPort {
  isQuery(message: ParsedMessage): boolean;
  answer(message: ParsedMessage, partner: Partner): Promise<QueryAnswer>;
}

/** All that the inbox uses of others; filled by main.ts. */
export interface InboxPorts {
  readonly partners: PartnerDirectory;
  /** By MSH-9; undefined: nobody reads that event; `not-ready`: who reads it is not known until the server has answered. */
  mapOf(message: ParsedMessage): MessageMap | 'not-ready' | undefined;
  readonly queries?: QueryPort;
  /** One answer a message, in their order; messages of one call are of different patients. */
  deliver(messages: readonly DeliverableMessage[]): Promise<readonly Delivered[]>;
  /** What it would change, as JSON for people; nothing is written. */
  preview(message: DeliverableMessage): Promise<unknown>;
  readonly workItems: WorkItems;
  /** Milliseconds of the epoch. */
  now(): number;
}
