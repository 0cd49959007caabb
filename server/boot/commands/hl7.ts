import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serverContext } from '../../fhir/request-context.ts';
import { Fault } from '../../kernel/fault.ts';
import { createClinic } from '../../module-host/clinic.ts';
import type { Clinic } from '../../sdk/clinic.ts';
import type { Stored } from '../../sdk/resource.ts';
import { packageRoot } from '../../kernel/package-root.ts';
import { readConfig } from '../config.ts';
import { withClinic } from './command-clinic.ts';
import { partnerId, partnerResources, type PartnerOptions } from './hl7-partner-resource.ts';
import { openSharedDatabase } from './shared-database.ts';

const USAGE = `usage: athanor hl7 partner add NAME [--port N] [--application MSH-3] [--facility MSH-4] [--address CIDR…]
                                 [--certificate SHA256] [--may-create-patients] [--may-query] [--trusted-system URI…]
                                 [--assigner NAME=URI…] [--coding-system NAME=URI…] [--charset LABEL] [--zone ZONE]
                                 [--strict] [--processing-id P|T|D…] [--reply stored|applied]
                                 [--destination mllp://HOST:PORT --event ADT^A08… [--version 2.5.1]]
       athanor hl7 partner list
       athanor hl7 partner disable NAME
       athanor hl7 messages|show|replay|dismiss|status|send|simulate …   (athanor hl7 messages --help)

Systems that send HL7 v2 messages here, or take them (hl7-gateway/README.md). What tells a partner from others must all hold:
the listener's port, MSH-3, MSH-4, its addresses, its certificate. A gateway that runs takes over what is changed within ten seconds.

  --may-create-patients  patients whom nobody knows are stored; otherwise such messages wait for a person
  --may-query            it may ask for patients (PDQ, PIX), and gets to know whoever it asks for
  --trusted-system       identifiers by which its patients are recognised; default: all that it sends
  --assigner             URI of an assigning authority that it names without OID, such as HOSP=https://hospital.example/mrn
  --coding-system        URI of a coding system of its own, such as 99LAB=https://lab.example/tests
  --charset              of its messages, whatever they say themselves
  --zone                 IANA zone of its times without offset
  --strict               versions and processing ids that are not known are refused
  --processing-id        messages that are taken (MSH-11): P production, T training, D debugging; default: P alone
  --reply                when a message is acknowledged: as soon as it is stored (default), or when it is applied
  --destination, --event where messages to it go, and which it takes
  --help                 this text`;

type Work = (clinic: Clinic) => Promise<string>;

/** `athanor hl7 …`; resolves to the exit code: 0 done, 1 refused, 2 wrong arguments. */
export async function hl7Command(argv: readonly string[]): Promise<number> {
  if (argv.length > 0 && argv[0] !== 'partner' && argv[0] !== '--help') return gatewayCommand(argv);
  let work: Work | undefined;
  try {
    work = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor hl7: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (work === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const run = work;
  try {
    const text = await withClinic('hl7', ({ opened: { engine } }) =>
      run(createClinic(engine, serverContext(engine, 1, 'command line', engine.settings.baseUrl))),
    );
    process.stdout.write(text);
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const { text } of error.issues) process.stderr.write(`athanor hl7: ${text}\n`);
    return 1;
  }
}

/** Messages are the gateway's, and so is the program that shows them. */
async function gatewayCommand(argv: readonly string[]): Promise<number> {
  const { connectionString, close } = await openSharedDatabase(readConfig(process.env));
  try {
    const program = join(packageRoot(), 'dist/hl7-command.js');
    const env = { ...process.env, DATABASE_URL: connectionString };
    return spawnSync(process.execPath, [program, ...argv], { env, stdio: 'inherit' }).status ?? 1;
  } finally {
    await close();
  }
}

/** @throws Error that tells what is wrong with the arguments; undefined when help was asked for */
function parse(argv: readonly string[]): Work | undefined {
  const list = { type: 'string', multiple: true, default: [] as string[] } as const;
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      application: { type: 'string' },
      facility: { type: 'string' },
      address: list,
      certificate: { type: 'string' },
      'may-create-patients': { type: 'boolean', default: false },
      'may-query': { type: 'boolean', default: false },
      'trusted-system': list,
      assigner: list,
      'coding-system': list,
      charset: { type: 'string' },
      zone: { type: 'string' },
      'processing-id': list,
      strict: { type: 'boolean', default: false },
      reply: { type: 'string' },
      destination: { type: 'string' },
      event: list,
      version: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [subject, action, name, ...others] = positionals;
  if (subject !== 'partner' || others.length > 0) throw new Error('say partner add, partner list or partner disable');
  if (action === 'list' && name === undefined) return listPartners;
  if (name === undefined || partnerId(name) === '') throw new Error('say the partner by a name');
  if (action === 'disable') return (clinic) => disable(clinic, name);
  if (action !== 'add') throw new Error('say partner add, partner list or partner disable');
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new Error('--port is no port');
  const options: PartnerOptions = {
    name,
    ...(port === undefined ? {} : { port }),
    ...given('application', values.application),
    ...given('facility', values.facility),
    ...given('certificate', values.certificate),
    ...given('charset', values.charset),
    ...given('zone', values.zone),
    ...given('destination', values.destination),
    ...given('version', values.version),
    ...given('replyWhen', values.reply),
    addresses: values.address,
    isStrict: values.strict,
    processingIds: values['processing-id'],
    mayCreate: values['may-create-patients'],
    mayQuery: values['may-query'],
    trustedSystems: values['trusted-system'],
    assigners: values.assigner,
    codingSystems: values['coding-system'],
    events: values.event,
  };
  const isRecognised =
    [port, values.application, values.facility, values.certificate].some((each) => each !== undefined) ||
    values.address.length > 0;
  if (!isRecognised && values.destination === undefined) {
    throw new Error('say by what it is recognised: --port, --application, --facility, --address or --certificate');
  }
  const resources = partnerResources(options);
  return (clinic) => add(clinic, resources);
}

const given = <K extends string>(key: K, value: string | undefined): { readonly [k in K]?: string } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [k in K]: string });

async function add(clinic: Clinic, [organization, endpoint]: ReturnType<typeof partnerResources>): Promise<string> {
  await clinic.transaction(
    [organization, endpoint].map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  );
  return `Endpoint/${endpoint.id} ${endpoint.name ?? ''}: a partner from now on\n`;
}

async function disable(clinic: Clinic, name: string): Promise<string> {
  const { id } = await clinic.change('Endpoint', partnerId(name), (endpoint) => ({ ...endpoint, status: 'off' }));
  return `Endpoint/${id}: its messages are refused from now on\n`;
}

async function listPartners(clinic: Clinic): Promise<string> {
  const partners = await clinic.search('Endpoint', 'connection-type=hl7v2-mllp&_sort=_id');
  return partners.map(lineOf).join('');
}

function lineOf({ id, name, status, address, extension = [] }: Stored<'Endpoint'>): string {
  const settings = extension.flatMap(({ url, extension: parts = [] }) =>
    parts.map(
      ({ url: part, ...value }) => `${url.slice(url.lastIndexOf('/hl7-') + 5)}.${part}=${Object.values(value).join()}`,
    ),
  );
  return `${id} ${name ?? ''}: ${status}; ${address}; ${settings.join(' ')}\n`;
}
