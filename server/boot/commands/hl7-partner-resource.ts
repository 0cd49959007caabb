import type { ResourceOf } from '../../sdk/resource.ts';

const PROFILE = 'https://athanor.health/fhir/StructureDefinition/';

/** What the command line says of a partner; see hl7-gateway/partner/partner.ts for what it means. */
export interface PartnerOptions {
  readonly name: string;
  readonly port?: number;
  readonly application?: string;
  readonly facility?: string;
  readonly addresses: readonly string[];
  readonly certificate?: string;
  readonly charset?: string;
  readonly zone?: string;
  readonly isStrict: boolean;
  readonly processingIds: readonly string[];
  readonly mayCreate: boolean;
  readonly mayQuery: boolean;
  readonly trustedSystems: readonly string[];
  /** `NAME=URI` */
  readonly assigners: readonly string[];
  readonly codingSystems: readonly string[];
  /** `mllp://host:port` */
  readonly destination?: string;
  readonly events: readonly string[];
  readonly version?: string;
  readonly replyWhen?: string;
}

type Part = Readonly<Record<string, string | number | boolean>> & { readonly url: string };

/** The logical id of a partner's Endpoint, and of its Organization: its name in lower case, with `-` for what ids cannot have. */
export function partnerId(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

/** @throws Error for what is no `NAME=URI` */
export function partnerResources(
  options: PartnerOptions,
): readonly [ResourceOf<'Organization'> & { id: string }, ResourceOf<'Endpoint'> & { id: string }] {
  const id = partnerId(options.name);
  const extension = [
    settings('hl7-recognition', [
      { url: 'port', valuePositiveInt: options.port },
      { url: 'application', valueString: options.application },
      { url: 'facility', valueString: options.facility },
      ...options.addresses.map((address) => ({ url: 'address', valueString: address })),
      { url: 'certificate', valueString: options.certificate },
    ]),
    settings('hl7-reading', [
      { url: 'charset', valueCode: options.charset },
      { url: 'strict', valueBoolean: options.isStrict ? true : undefined },
      { url: 'zone', valueCode: options.zone },
      ...options.processingIds.map((id) => ({ url: 'processing-id', valueCode: id })),
    ]),
    settings('hl7-replies', [{ url: 'when', valueCode: options.replyWhen }]),
    settings('hl7-patients', [
      { url: 'may-create', valueBoolean: options.mayCreate },
      { url: 'may-query', valueBoolean: options.mayQuery ? true : undefined },
      ...options.trustedSystems.map((system) => ({ url: 'trusted-system', valueUri: system })),
    ]),
    ...options.assigners.map((pair) => systemOf('assigner', pair)),
    ...options.codingSystems.map((pair) => systemOf('coding-system', pair)),
    ...(options.destination === undefined
      ? []
      : [
          settings('hl7-destination', [
            { url: 'version', valueCode: options.version ?? '2.5.1' },
            ...options.events.map((event) => ({ url: 'event', valueString: event })),
          ]),
        ]),
  ].filter((each) => each.extension.length > 0);
  return [
    { resourceType: 'Organization', id, name: options.name, active: true, endpoint: [{ reference: `Endpoint/${id}` }] },
    {
      resourceType: 'Endpoint',
      id,
      meta: { profile: [`${PROFILE}hl7-partner`] },
      status: 'active',
      connectionType: {
        system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
        code: 'hl7v2-mllp',
      },
      name: options.name,
      managingOrganization: { reference: `Organization/${id}` },
      payloadType: [{ text: 'HL7 v2' }],
      // A partner that only sends has no address of its own: that of the listener says where it sends to.
      address: options.destination ?? 'mllp://localhost',
      extension,
    },
  ];
}

function systemOf(kind: 'assigner' | 'coding-system', pair: string): ReturnType<typeof settings> {
  const at = pair.indexOf('=');
  if (at < 1 || at === pair.length - 1) throw new Error(`"${pair}" is no NAME=URI`);
  return settings('hl7-system', [
    { url: 'kind', valueCode: kind },
    { url: 'name', valueString: pair.slice(0, at) },
    { url: 'uri', valueUri: pair.slice(at + 1) },
  ]);
}

function settings(
  name: string,
  parts: readonly (Readonly<Record<string, string | number | boolean | undefined>> & { readonly url: string })[],
): { readonly url: string; readonly extension: Part[] } {
  const isGiven = (part: (typeof parts)[number]): part is Part =>
    Object.values(part).every((each) => each !== undefined);
  return { url: PROFILE + name, extension: parts.filter(isGiven) };
}
