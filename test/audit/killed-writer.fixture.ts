import { openAudit } from '../../server/audit/open-audit.ts';
import { unrestricted } from '../../server/access/access.ts';
import { requestContext } from '../../server/fhir/request-context.ts';
import { route } from '../../server/fhir/router.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { openTestEngine, TEST_BASE } from '../harness/test-engine.ts';

/** A process that writes and reads as fast as it can until it is killed; prints what it was answered. */
const [connectionString = ''] = process.argv.slice(2);
const { engine } = await openTestEngine({}, connectionString);
const audit = openAudit({ dbOf: (tenant) => engine.dbOf(tenant), now: () => Date.now(), onError: () => undefined });
const access = unrestricted(1);

async function answered(
  requestId: string,
  request: Pick<FhirRequest, 'method' | 'path'>,
  body?: JsonObject,
): Promise<void> {
  const trail = audit.openTrail({ principal: access.principal, requestId, ip: '', baseUrl: TEST_BASE });
  const ctx = requestContext(engine, { requestId, baseUrl: TEST_BASE, access, audit: trail });
  const whole = { ...request, query: '', headers: { prefer: {}, accept: [] }, ...(body === undefined ? {} : { body }) };
  const { status } = await route(engine, ctx, whole);
  trail.succeeded(status);
  await trail.settle();
  process.stdout.write(`${requestId}\n`);
}

async function client(name: string): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const id = `${name}-${turn}`;
    await answered(`w${id}`, { method: 'PUT', path: ['Patient', id] }, { resourceType: 'Patient', id });
    await answered(`r${id}`, { method: 'GET', path: ['Patient', id] });
    const entry = ['x', 'y'].map((end) => ({
      request: { method: 'PUT', url: `Patient/${id}${end}` },
      resource: { resourceType: 'Patient', id: `${id}${end}` },
    }));
    await answered(`t${id}`, { method: 'POST', path: [] }, { resourceType: 'Bundle', type: 'transaction', entry });
  }
}

process.stdout.write('ready\n');
await Promise.all(['a', 'b', 'c', 'd'].map((name) => client(name + String(process.pid))));
