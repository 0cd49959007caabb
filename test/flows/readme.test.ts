import { openFhirServer, type FhirServer } from './fhir-server.ts';
import { hasCurl, takeTour } from './readme-tour.ts';

let server: FhirServer;
beforeAll(async () => {
  server = await openFhirServer();
});
afterAll(() => server.close());

(hasCurl() ? test : test.skip)(
  'the tour of the README answers as it says (skipped where there is no curl)',
  async () => {
    const steps = await takeTour('Five minutes', server.base);
    expect(steps.length).toBeGreaterThan(5);
    for (const { actual, expected } of steps) expect(actual).toBe(expected);
  },
);
