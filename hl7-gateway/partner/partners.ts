import { isObject, type JsonObject } from '../../server/kernel/json.ts';
import { every, type Loop } from '../../server/kernel/every.ts';
import type { MapContext } from '../map/map-context.ts';
import { CODE_ANSWERS, readCodeAnswers, type CodeAnswers } from './code-answers.ts';
import type { Partner } from './partner.ts';
import { readPartner } from './read-partner.ts';
import { recogniser, type Recognised, type Sender } from './recognise.ts';
import { systemsOf } from './systems.ts';

/** The partners as the server has them; what it had last while it does not answer. */
export interface Partners {
  /** Whether the server has been asked with success: before, nobody is known, and nobody is unknown. */
  isReady(): boolean;
  recognise(
    link: Omit<Sender, 'application' | 'facility'>,
    application: readonly string[],
    facility: readonly string[],
  ): Recognised;
  /** Also of one that is not active any more: what it sent is worked on. */
  byId(id: string): Partner | undefined;
  /** @param receivedAt an ISO instant */
  contextOf(partner: Partner, receivedAt: string): MapContext;
  /** All that are read now. */
  all(): readonly Partner[];
  /** Endpoints that are meant as partners and are none, with the reasons. */
  problems(): ReadonlyMap<string, readonly string[]>;
  /** Asks the server now. @throws what `search` throws */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface PartnerOptions {
  /** All resources that a search finds. */
  search(query: string): Promise<readonly JsonObject[]>;
  /** IANA zone of partners that name none. */
  readonly zone: string;
  /** Pause between two looks at the server, ms. */
  readonly pause: number;
  /** Told of the first of several failures in a row. */
  onError(error: unknown): void;
  /** Told when an Endpoint is not to be read, once for the same reasons. */
  onProblem(endpoint: string, problems: readonly string[]): void;
}

interface Known {
  readonly byId: ReadonlyMap<string, Partner>;
  readonly recognise: (sender: Sender) => Recognised;
  readonly problems: ReadonlyMap<string, readonly string[]>;
  readonly answers: CodeAnswers;
}

const ENDPOINTS = 'Endpoint?connection-type=hl7v2-mllp&_count=200';

export function openPartners({ search, zone, pause, onError, onProblem }: PartnerOptions): Partners {
  let known: Known = knownOf([], [], zone);
  let isReady = false;
  const contexts = new WeakMap<Partner, MapContext['systems']>();
  async function refresh(): Promise<void> {
    const [endpoints, maps] = [await search(ENDPOINTS), await search(CODE_ANSWERS)];
    const before = known.problems;
    known = knownOf(endpoints, maps, zone);
    isReady = true;
    for (const [endpoint, problems] of known.problems) {
      if (before.get(endpoint)?.join() !== problems.join()) onProblem(endpoint, problems);
    }
  }
  const loop: Loop = every(pause, refresh, onError);
  return {
    isReady: () => isReady,
    recognise: (link, application, facility) => known.recognise({ ...link, application, facility }),
    byId: (id) => known.byId.get(id),
    contextOf(partner, receivedAt) {
      const systems = contexts.get(partner) ?? systemsOf(partner);
      contexts.set(partner, systems);
      return {
        partner: partner.id,
        receivedAt,
        timeZone: partner.timeZone,
        systems,
        translate: (source, code, target) => known.answers.translate(partner.id, source, code, target),
      };
    },
    all: () => [...known.byId.values()],
    problems: () => known.problems,
    refresh,
    close: () => loop.stop(),
  };
}

function knownOf(endpoints: readonly JsonObject[], maps: readonly JsonObject[], zone: string): Known {
  const byId = new Map<string, Partner>();
  const problems = new Map<string, readonly string[]>();
  for (const endpoint of endpoints.filter((each) => isObject(each) && isPartner(each))) {
    const read = readPartner(endpoint, zone);
    if ('partner' in read) byId.set(read.partner.id, read.partner);
    else problems.set(read.id, read.problems);
  }
  return { byId, problems, recognise: recogniser([...byId.values()]), answers: readCodeAnswers(maps) };
}

const PROFILE = 'https://athanor.health/fhir/StructureDefinition/hl7-partner';

/** Endpoints of HL7 v2 may be others too, which the clinic only lists. */
function isPartner({ meta }: JsonObject): boolean {
  const profiles = isObject(meta) ? meta.profile : undefined;
  return Array.isArray(profiles) && profiles.includes(PROFILE);
}
