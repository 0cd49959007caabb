import { openTestEngine, type TestEngine } from '../test/harness/test-engine.ts';
import type { Issue } from '../server/kernel/fault.ts';
import type { JsonObject } from '../server/kernel/json.ts';
import { clinicFiles } from './clinic-files.ts';

let opened: TestEngine;

beforeAll(async () => {
  opened = await openTestEngine();
});

afterAll(() => opened.close());

async function errorsOf(resource: JsonObject): Promise<Issue[]> {
  const issues = await opened.engine.examine(resource, []);
  return issues.filter(({ severity }) => severity === 'error' || severity === 'fatal');
}

function table(folder: Parameters<typeof clinicFiles>[0]): [string, JsonObject][] {
  return clinicFiles(folder).map(({ name, resource }) => [name, resource]);
}

test.each(table('.'))('%s is valid, and named like its id', async (name, resource) => {
  expect(name).toBe(`${String(resource.resourceType)}-${String(resource.id)}`);
  expect(resource.url).toBe(`https://athanor.health/fhir/${String(resource.resourceType)}/${String(resource.id)}`);
  expect(await errorsOf(resource)).toEqual([]);
});

test.each(table('examples/valid'))('%s is valid', async (_name, resource) => {
  expect(await errorsOf(resource)).toEqual([]);
});

/** Where each of the invalid examples is wrong, and a word of what is told. */
const FINDINGS: Readonly<Record<string, RegExp>> = {
  'ChargeItem-negative-quantity': /^ChargeItem\.quantity.*clinic-qty-1/,
  'ChargeItem-price-of-five-decimals': /^ChargeItem\.priceOverride.*clinic-mny-1/,
  'ChargeItem-price-without-currency': /^ChargeItem\.priceOverride.*currency/,
  'ChargeItem-quantity-without-unit': /^ChargeItem\.quantity.*(?:code|system)/,
  'ChargeItem-unknown-currency': /^ChargeItem\.priceOverride\.currency.*EUX/,
  'ChargeItem-vague-quantity': /^ChargeItem\.quantity.*comparator/,
  'Endpoint-modality-without-title': /^Endpoint\.extension.*ae-title/,
  'Library-bot-with-two-triggers-in-one': /^Library\.extension\[0\].*clinic-bot-1/,
  'Library-bot-without-name': /^Library.*identifier/,
  'Library-bot-without-trigger': /^Library.*(?:bot-trigger|extension)/,
  'Location-part-of-itself': /^Location.*clinic-loc-2/,
  'Location-unknown-stock-kind': /^Location\.extension\[0\]\.value.*attic/,
  'Location-unknown-time-zone': /^Location\.extension\[0\]\.value.*Europe\/Atlantis/,
  'Location-without-time-zone': /^Location.*clinic-loc-1/,
  'Organization-part-of-itself': /^Organization.*clinic-org-1/,
  'Organization-without-name': /^Organization.*name/,
  'Patient-born-tomorrow': /^Patient.*clinic-pat-1/,
  'Patient-mrn-without-assigner': /^Patient\.identifier\[0\].*assigner/,
  'Patient-with-empty-name': /^Patient\.name\[0\].*clinic-pat-2/,
  'Patient-with-two-mrns': /^Patient\.identifier.*mrn/,
  'Patient-without-mrn': /^Patient\.identifier.*mrn/,
  'PractitionerRole-ended': /^PractitionerRole.*clinic-role-1/,
  'PractitionerRole-unknown-code': /^PractitionerRole\.code\[0\].*juggler/,
  'PractitionerRole-without-code': /^PractitionerRole.*code/,
};

test.each(table('examples/invalid'))('%s is not valid', async (name, resource) => {
  const errors = await errorsOf(resource);
  const found = errors.map(({ text, expression = [] }) => `${expression.join()}: ${text}`);
  expect(found).toContainEqual(expect.stringMatching(FINDINGS[name] ?? /^$/));
});
