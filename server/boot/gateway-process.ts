import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../kernel/log.ts';
import type { Config } from './config.ts';
import { GATEWAY_CLIENT, gatewayKeyFile } from './gateway-key.ts';
import { CANNOT_LISTEN } from './workers.ts';

export interface GatewayProcess {
  /** Lets it answer what it has taken; resolves when it is gone. @param timeout ms after which it is killed */
  stop(timeout: number): Promise<void>;
}

/** Environment by which workers find the gateway, and by which the two know each other. */
export interface GatewayAccess {
  readonly HL7_GATEWAY_URL: string;
  readonly HL7_GATEWAY_SECRET: string;
}

const SECRET_BYTES = 32;

/** As configured; the gateway that is started here listens where HL7_HTTP says, and knows a secret that nobody else does. */
export function gatewayAccess({ hl7GatewayUrl, hl7GatewaySecret }: Config): GatewayAccess {
  const { HL7_GATEWAY_URL = '', HL7_HTTP = '' } = process.env;
  const isTold = HL7_GATEWAY_URL.trim() === '' && HL7_HTTP.trim().startsWith('http://');
  return {
    HL7_GATEWAY_URL: isTold ? HL7_HTTP.trim() : hl7GatewayUrl,
    HL7_GATEWAY_SECRET: hl7GatewaySecret ?? randomBytes(SECRET_BYTES).toString('base64url'),
  };
}

const HEALTHY_AFTER = 10_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/**
 * Keeps the HL7 gateway running beside the workers. What happens to it does not touch them: where its ports are taken, the
 * server goes on without it and says so.
 */
export function startGateway(config: Config, databaseUrl: string, access: GatewayAccess, log: Log): GatewayProcess {
  let child: ChildProcess | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isStopping = false;
  let pause = 0;

  function start(): void {
    const startedAt = Date.now();
    child = fork(program(), [], {
      env: { ...environment(config, databaseUrl), HL7_GATEWAY_SECRET: access.HL7_GATEWAY_SECRET },
    });
    child.once('exit', (code, signal) => {
      child = undefined;
      if (isStopping) return;
      if (code === CANNOT_LISTEN) {
        log.error('the HL7 gateway cannot listen: the server goes on without it');
        return;
      }
      pause = Date.now() - startedAt > HEALTHY_AFTER ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, pause * 2 || FIRST_PAUSE);
      log.error({ code, signal, pause }, 'the HL7 gateway ended; starting another one');
      retry = setTimeout(start, pause);
    });
  }
  start();

  return {
    stop(timeout) {
      isStopping = true;
      clearTimeout(retry);
      const running = child;
      if (running === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        const kill = setTimeout(() => running.kill('SIGKILL'), timeout);
        running.once('exit', () => {
          clearTimeout(kill);
          resolve();
        });
        running.kill('SIGTERM');
      });
    },
  };
}

function program(): string {
  const isSource = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, isSource ? '../../hl7-gateway/main.ts' : 'hl7-gateway.js');
}

/** What the gateway gets of the server's environment: its own settings, and what any process needs. No keys, no secrets of others. */
const PASSED_ON = /^(?:(?:HL7|DICOM|PACS)_.*|LOG_LEVEL|NODE_ENV|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|PATH|TZ|SSL_CERT_.*)$/;

function environment(config: Config, databaseUrl: string): Record<string, string | undefined> {
  const scheme = config.tlsKey === undefined ? 'http' : 'https';
  const fhirUrl = config.baseUrl ?? `${scheme}://localhost:${config.port}/fhir/R4`;
  const own = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  return {
    ...Object.fromEntries(own),
    DATABASE_URL: databaseUrl,
    HL7_FHIR_URL: process.env.HL7_FHIR_URL ?? fhirUrl,
    ...(config.auth === 'off'
      ? {}
      : {
          HL7_CLIENT_ID: process.env.HL7_CLIENT_ID ?? GATEWAY_CLIENT,
          HL7_CLIENT_KEY: process.env.HL7_CLIENT_KEY ?? gatewayKeyFile(config),
        }),
  };
}
