import type { Ctx, Engine } from '../fhir/engine.ts';
import { outboundFetch } from '../kernel/outbound-fetch.ts';
import type { BotContext } from '../sdk/bot.ts';
import { inClinicTransaction } from './clinic-transaction.ts';
import { createClinic } from './clinic.ts';
import { moduleContext } from './module-context.ts';
import type { ModuleHost } from './operation-context.ts';

/** What a bot of the module works with. @param ctx of the server's own work in the tenant */
export function moduleBotContext(engine: Engine, ctx: Ctx, host: ModuleHost, module: string): BotContext {
  return {
    ...moduleContext(ctx, module, host),
    ...createClinic(engine, ctx),
    inTransaction: (work) => inClinicTransaction(engine, ctx, work),
    async fetch(url, request, origins) {
      const answer = await outboundFetch(url, request, { allowedOrigins: origins, allowPrivate: true });
      return { status: answer.status, text: await answer.text() };
    },
  };
}
