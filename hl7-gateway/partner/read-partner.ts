import { isObject, type JsonObject } from '../../server/kernel/json.ts';
import { readNetworks } from '../../server/kernel/networks.ts';
import type {
  Destination,
  NamedSystem,
  Partner,
  PartnerRecognition,
  QuietTime,
  ReadingRules,
  ReplyRules,
} from './partner.ts';
import { readQuietTime } from './quiet-time.ts';
import { settingsOf, type SettingsExtension } from './settings-extension.ts';

/** A partner, or why an Endpoint is none: for people. */
export type ReadPartner = { readonly partner: Partner } | { readonly id: string; readonly problems: readonly string[] };

const PARTS = {
  'hl7-recognition': ['port', 'application', 'facility', 'address', 'certificate'],
  'hl7-reading': ['charset', 'fallback-charset', 'strict', 'processing-id', 'zone'],
  'hl7-replies': ['when', 'unique-control-ids', 'sequence-numbers'],
  'hl7-patients': ['may-create', 'trusted-system', 'may-query'],
  'hl7-system': ['kind', 'name', 'uri'],
  'hl7-destination': [
    'version',
    'event',
    'charset',
    'application',
    'facility',
    'paused',
    'quiet',
    'reply-time',
    'enhanced',
  ],
} as const;

const NOTHING: SettingsExtension = {
  text: () => undefined,
  texts: () => [],
  number: () => undefined,
  flag: () => undefined,
};

/**
 * An Endpoint with the profile `hl7-partner` as a partner. What does not hold is told, and nothing is guessed in its place: a
 * partner whose rules are half read would be served by wrong ones.
 * @param zone IANA zone of who names none
 */
export function readPartner(endpoint: JsonObject, zone: string): ReadPartner {
  const id = String(endpoint.id);
  const problems: string[] = [];
  const all = (name: keyof typeof PARTS): readonly SettingsExtension[] =>
    settingsOf(endpoint, name, PARTS[name], problems);
  const one = (name: keyof typeof PARTS): SettingsExtension => {
    const [first = NOTHING, ...others] = all(name);
    if (others.length > 0) problems.push(`${name} is given more than once`);
    return first;
  };
  const reading = one('hl7-reading');
  const patients = one('hl7-patients');
  const [destination] = all('hl7-destination');
  const organization = isObject(endpoint.managingOrganization) ? endpoint.managingOrganization.reference : undefined;
  const partner: Partner = {
    id,
    name: typeof endpoint.name === 'string' ? endpoint.name : id,
    isActive: endpoint.status === 'active',
    ...(typeof organization === 'string' ? { organization } : {}),
    recognition: recognitionOf(one('hl7-recognition'), problems),
    reading: readingOf(reading, problems),
    replies: repliesOf(one('hl7-replies'), problems),
    patients: {
      mayCreate: patients.flag('may-create') ?? false,
      trustedSystems: patients.texts('trusted-system'),
      mayQuery: patients.flag('may-query') ?? false,
    },
    systems: all('hl7-system').flatMap((each) => systemOf(each, problems)),
    timeZone: zoneOf(reading.text('zone') ?? zone, problems),
    ...(destination === undefined ? {} : { destination: destinationOf(destination, endpoint.address, problems) }),
  };
  return problems.length === 0 ? { partner } : { id, problems };
}

function recognitionOf(settings: SettingsExtension, problems: string[]): PartnerRecognition {
  const [port, application, facility] = [
    settings.number('port'),
    settings.text('application'),
    settings.text('facility'),
  ];
  const addresses = settings.texts('address');
  const certificate = settings.text('certificate')?.replaceAll(':', '').toLowerCase();
  if (certificate !== undefined && !/^[0-9a-f]{64}$/.test(certificate)) {
    problems.push('hl7-recognition: certificate is no SHA-256 in hexadecimal digits');
  }
  for (const each of addresses) {
    try {
      readNetworks(each);
    } catch {
      problems.push('hl7-recognition: address is no IP address and no network such as 10.0.0.0/8');
    }
  }
  return {
    ...(port === undefined ? {} : { port }),
    ...(application === undefined ? {} : { application }),
    ...(facility === undefined ? {} : { facility }),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function readingOf(settings: SettingsExtension, problems: string[]): ReadingRules {
  const charset = settings.text('charset');
  const fallbackCharset = settings.text('fallback-charset') ?? 'windows-1252';
  for (const each of [charset, fallbackCharset]) if (each !== undefined) expectEncoding(each, problems);
  const processingIds = settings.texts('processing-id');
  return {
    ...(charset === undefined ? {} : { charset }),
    fallbackCharset,
    isStrict: settings.flag('strict') ?? false,
    processingIds: processingIds.length === 0 ? ['P'] : processingIds,
  };
}

function repliesOf(settings: SettingsExtension, problems: string[]): ReplyRules {
  const when = settings.text('when') ?? 'stored';
  if (when !== 'stored' && when !== 'applied') problems.push('hl7-replies: when is neither stored nor applied');
  return {
    replyWhen: when === 'applied' ? 'applied' : 'stored',
    hasUniqueControlIds: settings.flag('unique-control-ids') ?? false,
    usesSequenceNumbers: settings.flag('sequence-numbers') ?? false,
  };
}

function systemOf(settings: SettingsExtension, problems: string[]): readonly NamedSystem[] {
  const [kind, name = '', uri] = [settings.text('kind'), settings.text('name'), settings.text('uri')];
  const isNamed = name !== '' || kind === 'assigner';
  if ((kind === 'assigner' || kind === 'coding-system') && isNamed && uri !== undefined) return [{ kind, name, uri }];
  problems.push('hl7-system needs kind (assigner or coding-system), name (of a coding system) and uri');
  return [];
}

function destinationOf(settings: SettingsExtension, address: JsonObject[string], problems: string[]): Destination {
  const match = /^(mllps?):\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/[\]]+)):(\d{1,5})\/?$/.exec(String(address));
  const port = Number(match?.[4]);
  if (match === null || port < 1 || port > 65_535)
    problems.push('address is neither mllp://HOST:PORT nor mllps://HOST:PORT');
  const version = settings.text('version') ?? '2.5.1';
  if (!/^2\.[1-9](\.[12])?$/.test(version)) problems.push('hl7-destination: version is no version such as 2.5.1');
  const events = settings.texts('event');
  if (!events.every((each) => /^[A-Z]{3}\^[A-Z]\d{2}$/.test(each))) {
    problems.push('hl7-destination: event is no event such as ADT^A08');
  }
  const charset = settings.text('charset') ?? 'utf-8';
  expectEncoding(charset, problems);
  const [application, facility] = [settings.text('application') ?? '', settings.text('facility') ?? ''];
  const host = match?.[2] ?? match?.[3] ?? '';
  const quiet = settings.texts('quiet').flatMap((each) => quietTime(each, problems));
  const replyTime = settings.number('reply-time');
  if (replyTime !== undefined && !(replyTime >= 1 && replyTime <= 600)) {
    problems.push('hl7-destination: reply-time is not from 1 to 600 seconds');
  }
  return {
    host,
    port,
    isTls: match?.[1] === 'mllps',
    ...{ version, events, charset, application, facility },
    ...(settings.flag('paused') === true ? { isPaused: true } : {}),
    ...(quiet.length === 0 ? {} : { quiet }),
    ...(replyTime === undefined ? {} : { replyTime }),
    ...(settings.flag('enhanced') === true ? { isEnhanced: true } : {}),
  };
}

function quietTime(text: string, problems: string[]): readonly QuietTime[] {
  const time = readQuietTime(text);
  if (time !== undefined) return [time];
  problems.push('hl7-destination: quiet is no time such as 22:00-06:00, sat,sun or 2026-12-24/2026-12-26');
  return [];
}

function expectEncoding(label: string, problems: string[]): void {
  try {
    new TextDecoder(label);
  } catch {
    problems.push('a charset is no label of https://encoding.spec.whatwg.org/#names-and-labels');
  }
}

function zoneOf(zone: string, problems: string[]): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    problems.push('hl7-reading: zone is no IANA time zone');
  }
  return zone;
}
