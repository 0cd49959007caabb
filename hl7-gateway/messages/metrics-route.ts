import { collectDefaultMetrics, Registry } from 'prom-client';
import { HttpRefusal, onlyMethods } from '../http/http-refusal.ts';
import type { HttpRoute } from '../http/http-route.ts';
import { sendText } from '../http/send-answer.ts';
import { gatewayGauges, type FigureSources } from './gateway-gauges.ts';

/**
 * `GET /metrics`: figures for Prometheus. Labels are directions, states, reasons and ids of partners: there is nothing of
 * patients in them, and there are as many as there are partners.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricsRoute(sources: FigureSources): HttpRoute {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = gatewayGauges(registry, sources);
  return {
    prefix: '/metrics/',
    async handle({ method }, response, { pathname }) {
      if (pathname !== '/metrics') throw new HttpRefusal(404, 'not-found', 'Nothing is here.');
      onlyMethods(method, 'GET');
      await gauges.read();
      sendText(response, 200, registry.contentType, await registry.metrics());
    },
  };
}
