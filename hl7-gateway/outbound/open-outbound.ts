import { randomUUID } from 'node:crypto';
import { every } from '../../server/kernel/every.ts';
import type { Log } from '../../server/kernel/log.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import type { Partner } from '../partner/partner.ts';
import type { Store } from '../store/open-store.ts';
import { openDestinations, type ClientTls } from './destinations.ts';
import { tellRefusals } from './tasks.ts';
import { tellChanges } from './tell-changes.ts';
import type { SenderName } from './write-message.ts';

export interface OutboundOptions {
  readonly store: Store;
  readonly client: FhirClient;
  readonly log: Log;
  /** MSH-3 and MSH-4 of what is sent. */
  readonly sender: SenderName;
  readonly tls?: ClientTls;
  /** As they are known now; none while the server has not been asked. */
  partners(): readonly Partner[];
  now(): number;
}

/** What the gateway sends: the server's changes as messages, and the queues of all destinations. */
export interface Outbound {
  close(): Promise<void>;
}

/** Between two looks at the server's changes, ms. */
const PAUSE = 1000;

export function openOutbound(options: OutboundOptions): Outbound {
  const { store, client, log } = options;
  const destinations = openDestinations({ ...options, owner: randomUUID() });
  const loops = [
    every(
      PAUSE,
      () => destinations.refresh(),
      (err) => log.error({ err }, 'connections to partners could not be set up'),
    ),
    every(
      PAUSE,
      () => tellChanges(options),
      (err) => log.warn({ err }, 'changes could not be read; they are read when the server answers'),
    ),
    every(
      PAUSE,
      () => tellRefusals(store, client),
      (err) => log.warn({ err }, 'people could not be told of messages that partners do not take'),
    ),
  ];
  return {
    async close() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await destinations.close();
    },
  };
}
