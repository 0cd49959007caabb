import { join } from 'node:path';
import type { TestClinic } from '#sdk/testing';
import { withDependencies } from '../harness/module-clinic.ts';
import { openModuleServer, type ModuleServer } from '../harness/module-server.ts';
import { PRINCIPAL } from '../harness/test-principal.ts';
import { lotsAt, place, product } from '../../modules/pharmacy/pharmacy.fixture.ts';

/** Where the modules are. */
export const FOLDER = join(import.meta.dirname, '../../modules');

/** A pharmacist, by the header that says who asks. */
export const ANN = { [PRINCIPAL]: JSON.stringify({ roles: ['pharmacist'], fhirUser: 'Practitioner/ann' }) };

/** A server with this module for tests that need more than requests: keys, the database itself, other processes. */
export async function openPharmacy(): Promise<{ readonly server: ModuleServer; readonly selection: string }> {
  const selection = await withDependencies(FOLDER, 'pharmacy');
  const server = await openModuleServer(FOLDER, { selection });
  const clinic = clinicOf(server);
  await clinic.store({ resourceType: 'Practitioner', id: 'ann' });
  await clinic.store({ resourceType: 'Patient', id: 'bell' });
  return { server, selection };
}

/** The server as fixtures ask it. */
export function clinicOf(server: ModuleServer): TestClinic {
  return {
    get: (path: string) => server.get(path),
    send: (method: string, path: string, body?: object) => server.send(method, path, body),
    async store(resource: { readonly resourceType: string; readonly id?: string }) {
      const isNew = resource.id === undefined;
      const path = isNew ? resource.resourceType : `${resource.resourceType}/${resource.id ?? ''}`;
      const { status, text, body } = await server.send(isNew ? 'POST' : 'PUT', path, resource);
      if (status >= 300) throw new Error(`${status}: ${text}`);
      return body;
    },
  } as unknown as TestClinic;
}

/** A pharmacy with a lot of a product, and an expired one. */
export async function shopWith(
  clinic: TestClinic,
  code: string,
  there: number,
  more: Partial<Parameters<typeof product>[0]> = {},
): Promise<{ readonly location: string; readonly lots: readonly string[] }> {
  const { id: location } = await clinic.store(place(code, 'pharmacy'));
  const { id } = await clinic.store(product({ code, ...more }));
  const lots = await lotsAt(clinic, id, location, [
    { number: 'a', there },
    { number: 'gone', expires: '2020-01-31', there: 1000 },
  ]);
  return { location, lots };
}

/** Parameters of texts, numbers and, where a text is one, references. */
export function parameters(values: Readonly<Record<string, string | number | boolean>>): object {
  const valueOf = (value: string | number | boolean): object => {
    if (typeof value === 'number') return { valueInteger: value };
    if (typeof value === 'boolean') return { valueBoolean: value };
    if (value.includes('/')) return { valueReference: { reference: value } };
    return value === 'unopened' ? { valueCode: value } : { valueString: value };
  };
  const parameter = Object.entries(values).map(([name, value]) => ({ name, ...valueOf(value) }));
  return { resourceType: 'Parameters', parameter };
}

/** Names of projections whose tables are not what the live resources make of them. */
export async function drifting(server: ModuleServer, names: readonly string[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const name of names) {
    const { status, text } = await server.send('POST', '$verify-projection', parameters({ name }));
    if (status !== 200 || text.includes('"drift"')) wrong.push(`${name}: ${text}`);
  }
  return wrong;
}
