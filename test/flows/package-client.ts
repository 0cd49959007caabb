import type { Body, FhirServer } from './fhir-server.ts';

const GZIP = { 'Content-Type': 'application/gzip' };

export function install(server: FhirServer, archive: Buffer, query = ''): ReturnType<FhirServer['send']> {
  return server.send('POST', `$install-package${query}`, archive, GZIP);
}

export async function uninstall(server: FhirServer, name: string, version: string): Promise<Body> {
  const parameter = [
    { name: 'name', valueString: name },
    { name: 'version', valueString: version },
  ];
  return (await server.send('POST', '$uninstall-package', { resourceType: 'Parameters', parameter })).body;
}

/** `name version` of what is installed. */
export async function installed(server: FhirServer): Promise<string[]> {
  const { body } = await server.get('$packages');
  return outcomes(body).map((line) => line.split(' ').slice(0, 2).join(' '));
}

/** `name version outcome` of the packages in an answer. */
export function outcomes(body: Body): string[] {
  const parameters = (body.parameter ?? []) as readonly {
    readonly name: string;
    readonly part?: readonly { readonly valueString?: string; readonly valueCode?: string }[];
  }[];
  return parameters
    .filter(({ name }) => name === 'package')
    .map(({ part = [] }) =>
      part
        .slice(0, 3)
        .map((each) => each.valueString ?? each.valueCode)
        .join(' '),
    );
}

/** Texts of the OperationOutcome in an answer. */
export function issuesOf(body: Body): readonly string[] {
  const parameters = (body.parameter ?? []) as readonly { readonly resource?: Body }[];
  const outcome = parameters.find(({ resource }) => resource?.resourceType === 'OperationOutcome')?.resource;
  return (outcome?.issue ?? []).map(({ details }) => details.text);
}
