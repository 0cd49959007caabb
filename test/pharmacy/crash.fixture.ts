import { openModuleServer } from '../harness/module-server.ts';
import { PRINCIPAL } from '../harness/test-principal.ts';

/** A server that dispenses as fast as it can until it is killed; prints the order of each dispense that was answered. */
const [connectionString = '', folder = '', selection = '', location = '', ...orders] = process.argv.slice(2);
const server = await openModuleServer(folder, { selection }, connectionString);
const headers = { [PRINCIPAL]: JSON.stringify({ roles: ['pharmacist'], fhirUser: 'Practitioner/ann' }) };
const parameter = [
  { name: 'location', valueReference: { reference: `Location/${location}` } },
  { name: 'quantity', valueInteger: 3 },
];
process.stdout.write('ready\n');

async function dispense(order: string): Promise<void> {
  const body = { resourceType: 'Parameters', parameter };
  const { status } = await server.send('POST', `MedicationRequest/${order}/$dispense`, body, headers);
  if (status === 200) process.stdout.write(`${order}\n`);
}

for (;;) await Promise.all(orders.map(dispense));
