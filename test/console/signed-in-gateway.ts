import { readGatewayConfig } from '../../hl7-gateway/gateway-config.ts';
import { openGateway, type Gateway } from '../../hl7-gateway/open-gateway.ts';
import { GATEWAY_CLIENT, gatewayKeyFile } from '../../server/boot/gateway-key.ts';
import { createLog } from '../../server/kernel/log.ts';
import type { ClinicServer } from '../harness/clinic-server.ts';
import { freePort } from '../harness/free-port.ts';
import { createTestDatabase } from '../harness/test-database.ts';

/** A gateway beside a server with sign-in, as which it is known to it. */
export interface SignedInGateway extends Pick<Gateway, 'partners'> {
  /** Takes a message as from a link. @returns the reply */
  receive(message: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * As `npm start` runs it: as the client that the server itself has made for it.
 * @param url where it answers over HTTP @param secret which the server shows there
 */
export async function openSignedInGateway(
  server: Pick<ClinicServer, 'base'>,
  dataDir: string,
  { url, secret }: { readonly url: string; readonly secret: string },
): Promise<SignedInGateway> {
  const database = await createTestDatabase();
  const port = await freePort();
  const config = readGatewayConfig({
    DATABASE_URL: database.connectionString,
    HL7_FHIR_URL: server.base,
    HL7_LISTEN: `mllp://127.0.0.1:${port}`,
    HL7_HTTP: url,
    HL7_GATEWAY_SECRET: secret,
    HL7_CLIENT_ID: GATEWAY_CLIENT,
    HL7_CLIENT_KEY: gatewayKeyFile({ dataDir }),
  });
  const gateway = await openGateway(config, createLog('silent', 'test'), () => Date.now());
  return {
    partners: gateway.partners,
    async receive(message) {
      const reply = await gateway.inbox.accept(Buffer.from(message), { localPort: port, remoteAddress: '127.0.0.1' });
      return Buffer.from(reply ?? '').toString();
    },
    async close() {
      await gateway.close();
      await database.drop();
    },
  };
}
