import { randomUUID } from 'node:crypto';
import { openDestinations } from '../../../hl7-gateway/outbound/destinations.ts';
import { openStore } from '../../../hl7-gateway/store/open-store.ts';
import { createLog } from '../../../server/kernel/log.ts';
import { partner } from '../inbox/test-inbox.ts';

// A gateway that only sends: to be killed. Arguments: database, port of the partner.
const [connectionString = '', port = ''] = process.argv.slice(2);
const destinations = openDestinations({
  store: openStore({ connectionString, max: 3 }),
  log: createLog('silent', 'test'),
  owner: randomUUID(),
  lease: 500,
  partners: () => [
    partner('LAB', {
      destination: {
        ...{ host: '127.0.0.1', port: Number(port), isTls: false, version: '2.5.1', charset: 'utf-8' },
        ...{ events: [], application: 'LAB', facility: '', replyTime: 3 },
      },
    }),
  ],
  now: () => Date.now(),
});
await destinations.refresh();
process.on('disconnect', () => process.exit());
process.send?.('ready');
