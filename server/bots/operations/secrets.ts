import { requireFreshFactor } from '../../access/step-up.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { single } from '../../fhir/query.ts';
import { fault } from '../../kernel/fault.ts';
import type { Sealer } from '../../protection/sealer.ts';
import { dropSecret, listSecrets, storeSecret } from '../stored-secrets.ts';
import { DEFINITION, parametersOf } from './parameters.ts';

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const MAX_VALUE = 8000;

/** What bots keep secret, managed by administrators; a value goes in and never comes out. */
export function secretOperations(sealer: Sealer | undefined): readonly Operation[] {
  const shared = { levels: ['type'], types: ['Library'] } as const;
  return [
    {
      ...shared,
      code: 'set-bot-secret',
      definition: `${DEFINITION}/set-bot-secret`,
      text: 'For administrators: stores a secret for bots whose deployment names it. Takes name and value; needs a fresh second factor.',
      affectsState: true,
      async run(_engine, ctx, { request }) {
        requireFreshFactor(ctx.access, ctx.now());
        // In a URL it would stand in logs of proxies.
        const input = primitiveInput({ ...request, query: '' }, ['name', 'value']);
        const [name, value] = [single(input, 'name') ?? '', single(input, 'value') ?? ''];
        if (!NAME.test(name) || value === '' || value.length > MAX_VALUE) {
          const rule = `name has a-z, 0-9 and -, from a letter on, 63 at most; value has 1 to ${MAX_VALUE} characters. Both stand in the body.`;
          throw fault('operation.badParameter', 400, 'value', `set-bot-secret: ${rule}`);
        }
        await storeSecret(ctx.db, expectSealer(sealer), { tenant: ctx.tenant, name, value, now: ctx.now() });
        ctx.audit.note({ action: 'U', interaction: '$set-bot-secret', found: [`BotSecret/${name}`] });
        return { status: 204, headers: {} };
      },
    },
    {
      ...shared,
      code: 'remove-bot-secret',
      definition: `${DEFINITION}/remove-bot-secret`,
      text: 'For administrators: removes a secret of bots. Takes name; needs a fresh second factor.',
      affectsState: true,
      async run(_engine, ctx, { request }) {
        requireFreshFactor(ctx.access, ctx.now());
        const name = single(primitiveInput(request, ['name']), 'name') ?? '';
        if (!(await dropSecret(ctx.db, ctx.tenant, name))) {
          throw fault('bot.noSecret', 404, 'not-found', 'There is no secret of that name; $bot-secrets lists them.');
        }
        ctx.audit.note({ action: 'D', interaction: '$remove-bot-secret', found: [`BotSecret/${name}`] });
        return { status: 204, headers: {} };
      },
    },
    {
      ...shared,
      code: 'bot-secrets',
      definition: `${DEFINITION}/bot-secrets`,
      text: 'For administrators: names of the secrets of bots, and when each was stored.',
      affectsState: false,
      async run(_engine, ctx, { request }) {
        primitiveInput(request, []);
        const secrets = await listSecrets(ctx.db, ctx.tenant);
        return parametersOf(
          secrets.map(({ name, stored }) => ({
            name: 'secret',
            part: [
              { name: 'name', valueString: name },
              { name: 'stored', valueInstant: new Date(stored).toISOString() },
            ],
          })),
        );
      },
    },
  ];
}

function expectSealer(sealer: Sealer | undefined): Sealer {
  if (sealer !== undefined) return sealer;
  const text = 'Secrets are kept encrypted, and this server has no master key; set MASTER_KEY or AUTH=on.';
  throw fault('bot.noKey', 501, 'not-supported', text);
}
