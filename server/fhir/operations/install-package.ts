import { fault } from '../../kernel/fault.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { installPackages } from '../packages/install-packages.ts';
import { readPackage, type FhirPackage } from '../packages/read-package.ts';
import { reportAnswer } from '../packages/report.ts';

import type { FhirRequest } from '../request.ts';
import { bodyParameters, flag, primitiveInput } from './input.ts';
import type { Operation } from './operation.ts';
import { withAuthority } from './with-authority.ts';

const FLAGS = ['force', 'examples'];

export const installPackage: Operation = {
  code: 'install-package',
  definition: 'https://athanor.health/fhir/OperationDefinition/install-package',
  text:
    'Installs FHIR packages, all or none: the body is a .tgz, or Parameters with one or more parameters "package" (a Binary, ' +
    'an Attachment or base64Binary). With force=true an installed version is written again; with examples=true its examples come along.',
  levels: ['system'],
  affectsState: true,
  takesBytes: true,
  async run(engine, ctx, { request }) {
    const { archives, flags } = readInput(request);
    const input = primitiveInput(flags, FLAGS);
    const withExamples = flag(input, 'examples');
    const packages: FhirPackage[] = [];
    for (const archive of archives) packages.push(await readPackage(archive, withExamples));
    const force = flag(input, 'force');
    const { reports, issues } = await installPackages(engine, withAuthority(ctx), packages, { force });
    return reportAnswer(reports, issues);
  },
};

interface Input {
  readonly archives: readonly Buffer[];
  /** The request as far as it holds primitive parameters. */
  readonly flags: FhirRequest;
}

/** @throws Fault 400 without a package */
function readInput(request: FhirRequest): Input {
  const { body, bytes, ...rest } = request;
  if (body === undefined && bytes !== undefined) return { archives: [bytes], flags: rest };
  const parameters = bodyParameters(request);
  const archives = parameters.filter(({ name }) => name === 'package').map(archiveOf);
  if (archives.length === 0) throw noPackage();
  const parameter = parameters.filter(({ name }) => name !== 'package');
  return { archives, flags: { ...rest, body: { resourceType: 'Parameters', parameter } } };
}

function archiveOf({ resource, valueAttachment, valueBase64Binary }: JsonObject): Buffer {
  const holder = [resource, valueAttachment].find((value) => isObject(value));
  const data = holder?.data ?? valueBase64Binary;
  if (typeof data !== 'string') throw noPackage();
  return Buffer.from(data, 'base64');
}

function noPackage(): Error {
  return fault(
    'package.missing',
    400,
    'required',
    'Send the .tgz as the body (Content-Type: application/gzip), or Parameters with a parameter "package" that is a Binary with data, a valueAttachment with data, or a valueBase64Binary.',
    'Parameters.parameter',
  );
}
