import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { openApiDocument } from '../fhir/capability/openapi.ts';
import type { Engine } from '../fhir/engine.ts';
import { outcomeOfFault } from '../fhir/outcome.ts';
import { Fault } from '../kernel/fault.ts';
import { stringifyJson } from '../kernel/json.ts';
import type { Log } from '../kernel/log.ts';
import { readNetworks, senderOf, type Networks } from '../kernel/networks.ts';
import type { BaseUrlOf } from './base-url.ts';
import type { Gate } from './gate.ts';
import { FHIR_BASE } from './request-path.ts';
import { outcomeText } from './respond.ts';
import { isSignInAttempt } from './sign-in-attempt.ts';

export interface AppOptions {
  readonly engine: Engine;
  readonly baseUrlOf: BaseUrlOf;
  readonly log: Log;
  isReady(): boolean;
  /** Metrics of all workers in Prometheus' text format. */
  metrics(): Promise<string>;
  /** What every answer carries, as name and value in turn. */
  readonly headers: readonly string[];
  /** Undefined while sign-in is off. */
  readonly gate?: Gate;
  readonly trusted?: Networks;
  readonly mounts: readonly Mount[];
}

/** A part of the server that answers for itself what lies below a path. */
export interface Mount {
  /** `/auth` */
  readonly path: string;
  readonly handler: RequestHandler;
}

/** This machine and networks without a way in from outside; figures of the server are nobody else's business. */
const INSIDE = readNetworks('127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7');

/** Everything outside of the FHIR base. */
export function createApp(options: AppOptions): Express {
  const { engine, baseUrlOf, log, isReady, metrics, gate, trusted } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // For `request.ip` and the like of the mounts.
  app.set('trust proxy', trusted === undefined ? false : (address: string) => trusted.contains(address));

  app.use((_request, response, next) => {
    const { headers } = options;
    for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
    next();
  });
  if (gate !== undefined) app.use(limit(gate));

  app.get('/', (_request, response) => {
    response.json({
      name: 'Athanor',
      version: engine.settings.version,
      fhir: FHIR_BASE,
      capabilities: `${FHIR_BASE}/metadata`,
      openapi: '/openapi.json',
    });
  });
  app.get('/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  app.get('/ready', async (_request, response) => {
    if (!isReady()) {
      response.status(503).json({ status: 'shutting down' });
      return;
    }
    try {
      await engine.db.query({ text: 'select 1', values: [] });
      response.json({ status: 'ready' });
    } catch {
      response.status(503).json({ status: 'database unavailable' });
    }
  });
  app.get('/metrics', async (request, response, next) => {
    if (gate !== undefined && !INSIDE.contains(gate.forwarding.addressOf(request))) next();
    else response.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics());
  });
  app.get('/openapi.json', (request, response) => {
    response.type('application/json').send(openApiDocument(engine, baseUrlOf(request)));
  });
  for (const { path, handler } of options.mounts) app.use(path, handler);

  app.use((_request, response) => {
    const text = `There is nothing at this path; the FHIR interface is ${FHIR_BASE}.`;
    sendOutcome(response, 404, outcomeText([{ severity: 'error', code: 'not-found', text }]));
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof Fault) {
      response.set(error.headers);
      sendOutcome(response, error.status, stringifyJson(outcomeOfFault(error)));
      return;
    }
    const status = clientErrorOf(error);
    if (status !== undefined) {
      const text = 'The request cannot be read; its body is too large, incomplete or not what its Content-Type says.';
      sendOutcome(response, status, outcomeText([{ severity: 'error', code: 'structure', text }]));
      return;
    }
    log.error({ err: error }, 'request outside of the FHIR base failed');
    const text = 'The server failed; its log tells more.';
    sendOutcome(response, 500, outcomeText([{ severity: 'fatal', code: 'exception', text }]));
  });
  return app;
}

/** Counts requests by address, and attempts to sign in for themselves. */
function limit({ limits, forwarding }: Gate): RequestHandler {
  return async (request, _response, next) => {
    const sender = senderOf(forwarding.addressOf(request));
    await limits.arrive(sender, 1);
    if (isSignInAttempt(request.method, request.path)) await limits.signIn(sender);
    next();
  };
}

/** What Express and its body parsers say of a request that is at fault itself. */
function clientErrorOf(error: unknown): number | undefined {
  const status = (error as { readonly status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function sendOutcome(response: Response, status: number, text: string): void {
  response.status(status).type('application/fhir+json').send(text);
}
