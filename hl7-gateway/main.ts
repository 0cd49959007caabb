import { createLog, type Log } from '../server/kernel/log.ts';
import { onSignal } from '../server/kernel/on-signal.ts';
import { GatewayConfigError, readGatewayConfig, type GatewayConfig } from './gateway-config.ts';
import { openGateway, type Gateway } from './open-gateway.ts';

/** Exit code of a process whose address cannot be listened on; starting it again would not help. */
const CANNOT_LISTEN = 69;

function configure(): GatewayConfig {
  try {
    return readGatewayConfig(process.env);
  } catch (error) {
    if (!(error instanceof GatewayConfigError)) throw error;
    process.stderr.write(`the HL7 gateway cannot start:\n${error.message}\nAll variables: server/docs/config.md\n`);
    process.exit(CANNOT_LISTEN);
  }
}

async function open(config: GatewayConfig, log: Log): Promise<Gateway> {
  try {
    return await openGateway(config, log, () => Date.now());
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    log.fatal({ err: error }, 'the HL7 gateway cannot start');
    process.exit(code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL' ? CANNOT_LISTEN : 1);
  }
}

const config = configure();
const log = createLog(config.logLevel, 'hl7-gateway');
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'stopped by an error');
  process.exit(1);
});
const gateway = await open(config, log);
log.info({ listen: config.listen }, 'ready for HL7 v2 messages');

async function stop(): Promise<void> {
  await gateway.close();
  process.exit(0);
}
onSignal(['SIGTERM', 'SIGINT'], stop);
// Of the server that started it: without it nobody would end this one.
process.once('disconnect', () => void stop());
