import express, { type Express, type Response } from 'express';
import { openApiDocument } from '../fhir/capability/openapi.ts';
import type { Engine } from '../fhir/engine.ts';
import type { Log } from '../kernel/log.ts';
import type { BaseUrlOf } from './base-url.ts';
import { FHIR_BASE } from './request-path.ts';
import { outcomeText } from './respond.ts';

export interface AppOptions {
  readonly engine: Engine;
  readonly baseUrlOf: BaseUrlOf;
  readonly log: Log;
  isReady(): boolean;
  /** Metrics of all workers in Prometheus' text format. */
  metrics(): Promise<string>;
}

/** Everything outside of the FHIR base. */
export function createApp({ engine, baseUrlOf, log, isReady, metrics }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

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
  app.get('/metrics', async (_request, response) => {
    response.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics());
  });
  app.get('/openapi.json', (request, response) => {
    response.type('application/json').send(openApiDocument(engine, baseUrlOf(request.headers.host)));
  });

  app.use((_request, response) => {
    const text = `There is nothing at this path; the FHIR interface is ${FHIR_BASE}.`;
    sendOutcome(response, 404, outcomeText([{ severity: 'error', code: 'not-found', text }]));
  });
  app.use((error: unknown, _request: unknown, response: Response, _next: unknown) => {
    log.error({ err: error }, 'request outside of the FHIR base failed');
    const text = 'The server failed; its log tells more.';
    sendOutcome(response, 500, outcomeText([{ severity: 'fatal', code: 'exception', text }]));
  });
  return app;
}

function sendOutcome(response: Response, status: number, text: string): void {
  response.status(status).type('application/fhir+json').send(text);
}
