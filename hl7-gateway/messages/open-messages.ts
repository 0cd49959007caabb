import type { Log } from '../../server/kernel/log.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import type { HttpRoute } from '../http/http-route.ts';
import type { Inbox } from '../inbox/open-inbox.ts';
import type { Partners } from '../partner/partners.ts';
import type { Store } from '../store/open-store.ts';
import { openAgeAlerts } from './age-alerts.ts';
import { messagesRoute } from './messages-route.ts';
import { metricsRoute } from './metrics-route.ts';
import type { PreviewPorts } from './preview-message.ts';

export interface MessagesOptions {
  readonly store: Store;
  /** As the inbox has them, with a preview that tells what it is. */
  readonly ports: PreviewPorts;
  readonly inbox: Pick<Inbox, 'wake' | 'replyTimes'>;
  readonly partners: Pick<Partners, 'all' | 'refresh'>;
  readonly client: FhirClient;
  readonly log: Log;
  /** What the FHIR server shows; see {@link messagesRoute}. */
  readonly secret: string | undefined;
  /** Seconds; see `AgeAlertOptions`. */
  readonly alertAge: number;
  /** Open DIMSE associations, where there is DIMSE. */
  associations?(): number;
}

/** What people see of messages and do with them, and the gateway's figures. */
export interface Messages {
  /** `/messages/` and `/metrics`. */
  readonly routes: readonly HttpRoute[];
  close(): Promise<void>;
}

export function openMessages(options: MessagesOptions): Messages {
  const { store, ports, inbox, partners, client, log, secret, alertAge, associations } = options;
  const alerts = openAgeAlerts({ db: store, client, log, alertAge });
  return {
    routes: [
      messagesRoute({ store, ports, partners, log, wake: () => inbox.wake() }, secret),
      metricsRoute({
        db: store,
        replyTimes: inbox.replyTimes,
        ...(associations === undefined ? {} : { associations }),
      }),
    ],
    close: () => alerts.stop(),
  };
}
