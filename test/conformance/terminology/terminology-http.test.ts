import { openFhirServer } from '../../flows/fhir-server.ts';
import { describeSuiteFolder } from '../suite-folder.ts';
import { httpServer } from './http-server.ts';
import { runTerminologyCases } from './run-cases.ts';

describeSuiteFolder('terminology', async (folder) => {
  const server = await openFhirServer();
  try {
    return await runTerminologyCases(folder, 'general', (setup) => httpServer(server, setup));
  } finally {
    await server.close();
  }
});
