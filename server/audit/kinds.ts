/** https://hl7.org/fhir/R4/datatypes.html#Coding */
export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

export const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const RESTFUL = 'http://hl7.org/fhir/restful-interaction';
/** Codes of ours, where no published system has one. */
const OWN = 'https://athanor.health/fhir/CodeSystem/audit-event';
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';

/** Kinds of events as they stand in the column `kind`, and their AuditEvent.type. */
export const KINDS = {
  rest: {
    system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
    code: 'rest',
    display: 'RESTful Operation',
  },
  authentication: { system: DCM, code: '110114', display: 'User Authentication' },
  account: { system: DCM, code: '110137', display: 'User Security Attributes Changed' },
  application: { system: DCM, code: '110100', display: 'Application Activity' },
  security: { system: DCM, code: '110113', display: 'Security Alert' },
  disclosure: { system: DCM, code: '110106', display: 'Export' },
  erasure: { system: LIFECYCLE, code: 'destroy', display: 'Destroy/Delete Record Lifecycle Event' },
  review: { system: LIFECYCLE, code: 'verify', display: 'Verify Record Lifecycle Event' },
} as const satisfies Record<string, Coding>;

export type Kind = keyof typeof KINDS;

/** `client system|code`: an event that a client sent, whose type that is. */
const CLIENT = 'client ';

export function clientKind({ system, code }: Partial<Coding>): string {
  return `${CLIENT}${system ?? ''}|${code ?? ''}`;
}

export function isClientKind(kind: string): boolean {
  return kind.startsWith(CLIENT);
}

export function typeOf(kind: string): Coding {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind as Kind] : KINDS.security;
}

/** Codes that published systems have for what stands in the column `interaction`. */
const PUBLISHED: Readonly<Record<string, Coding>> = {
  'sign-in': { system: DCM, code: '110122', display: 'Login' },
  'sign-out': { system: DCM, code: '110123', display: 'Logout' },
  '$break-glass': { system: DCM, code: '110127', display: 'Emergency Override Started' },
  disclose: { system: LIFECYCLE, code: 'disclose', display: 'Disclose Record Lifecycle Event' },
  'token-issued': {
    system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType',
    code: 'AuthZ-Role',
    display: 'Authorization Decision using only Roles',
  },
};

/** What R4 has of the interactions of the router's table, where they are called otherwise. */
const RESTFUL_CODES: Readonly<Record<string, string>> = {
  'conditional-update': 'update',
  'conditional-patch': 'patch',
  'conditional-delete': 'delete',
  'search-compartment': 'search',
};

/** AuditEvent.subtype: always the code of ours where a published one tells less. */
export function subtypesOf(kind: string, interaction: string): readonly Coding[] {
  if (kind === 'rest') {
    if (interaction.startsWith('$')) {
      const own = PUBLISHED[interaction];
      return [
        { system: RESTFUL, code: 'operation' },
        ...(own === undefined ? [] : [own]),
        { system: OWN, code: interaction },
      ];
    }
    const published = RESTFUL_CODES[interaction];
    const own = { system: RESTFUL, code: published ?? interaction };
    return published === undefined ? [own] : [own, { system: OWN, code: interaction }];
  }
  const published = PUBLISHED[interaction];
  const own = { system: OWN, code: interaction };
  return published === undefined ? [own] : [published, own];
}

/** The kinds whose type a token of a search names. */
export function kindsOf(system: string | undefined, code: string): readonly string[] {
  return Object.entries(KINDS)
    .filter(([, type]) => type.code === code && (system === undefined || type.system === system))
    .map(([kind]) => kind);
}

/** Interactions (with the kind that they belong to) whose subtypes a token of a search names. */
export function interactionsOf(
  system: string | undefined,
  code: string,
): { readonly rest: string[]; readonly other: string[] } {
  const is = (own: string): boolean => system === undefined || system === own;
  const published = Object.entries(PUBLISHED).flatMap(([name, coding]) =>
    coding.code === code && is(coding.system) ? [name] : [],
  );
  const renamed = Object.entries(RESTFUL_CODES).flatMap(([name, other]) => (other === code ? [name] : []));
  const isOfRest = code.startsWith('$') || RESTFUL_CODES[code] !== undefined;
  const rest = [
    ...(is(RESTFUL) && RESTFUL_CODES[code] === undefined ? [code] : []),
    ...(is(RESTFUL) ? renamed : []),
    ...(is(OWN) && isOfRest ? [code] : []),
    ...published.filter((name) => name.startsWith('$')),
  ];
  const other = [...(is(OWN) ? [code] : []), ...published];
  return { rest, other };
}
