import type { JsonObject } from '../../../server/kernel/json.ts';
import { itemsOf, textOf, type DataSet } from '../dimse/data-set.ts';
import type { DimseRequests, WorklistAnswer } from '../dimse/dimse-requests.ts';
import type { DicomPeer } from '../peers/peer.ts';
import { nameOf } from './fhir-elements.ts';
import { hasUnknownKeys, matches } from './match-keys.ts';
import { modalityOf } from './modality.ts';
import { orderAttributes } from './order-attributes.ts';
import { patientAttributes } from './patient-attributes.ts';
import { pickKeys } from './pick-keys.ts';
import { readAllergies } from './read-allergies.ts';
import { readOpenOrders, type OpenOrder } from './read-orders.ts';

export interface WorklistOptions {
  /** All resources that a search of the server finds. */
  readonly search: (query: string) => Promise<readonly JsonObject[]>;
  readonly peers: () => readonly DicomPeer[];
  /** IANA zone of the modalities' clocks. */
  readonly zone: string;
}

interface Row {
  readonly order: OpenOrder;
  readonly entry: DataSet;
}

/** Entries of one answer. */
const MOST = 500;
const STEPS = 'ScheduledProcedureStepSequence';

/**
 * Answers queries of the modality worklist (https://dicom.nema.org/medical/dicom/current/output/chtml/part04/chapter_K.html) from
 * the orders that are open at that moment, in the order of their times.
 */
export function openWorklist({ search, peers, zone }: WorklistOptions): DimseRequests['findWorklist'] {
  return async (keys, peer): Promise<WorklistAnswer> => {
    const context = { peer, peers: peers(), zone };
    const rows = (await readOpenOrders(search, keys))
      .filter((order) => isForPeer(order, peer))
      .map((order): Row => ({
        order,
        entry: { ...patientAttributes(order.patient), ...orderAttributes(order, context) },
      }))
      .map((row) => (modalityOf(row.order.request) === undefined ? withModality(row, keys) : row))
      .filter(({ entry }) => matches(entry, keys))
      .sort((one, other) => (startOf(one) < startOf(other) ? -1 : 1));
    const answered = await withAllergies(search, rows.slice(0, MOST), keys);
    return {
      entries: answered.map(({ entry }) => pickKeys(entry, keys)),
      isCut: rows.length > MOST,
      hasUnknownKeys: hasUnknownKeys(keys),
    };
  };
}

/** Peers see what is theirs to do, and what anybody may do. */
function isForPeer({ request }: OpenOrder, { modalities }: DicomPeer): boolean {
  const modality = modalityOf(request);
  return modality === undefined || modalities.length === 0 || modalities.includes(modality);
}

/** An order that names no modality is on the list of whoever asks, as of the one that is asked for: on none it would be forgotten. */
function withModality({ order, entry }: Row, keys: DataSet): Row {
  const asked = itemsOf(keys, STEPS).map((step) => textOf(step, 'Modality'));
  const Modality = asked.find((each) => /^[A-Z]+$/.test(each));
  if (Modality === undefined) return { order, entry };
  return { order, entry: { ...entry, [STEPS]: itemsOf(entry, STEPS).map((step) => ({ ...step, Modality })) } };
}

async function withAllergies(
  search: WorklistOptions['search'],
  rows: readonly Row[],
  keys: DataSet,
): Promise<readonly Row[]> {
  if (keys.Allergies === undefined || rows.length === 0) return rows;
  const allergies = await readAllergies(
    search,
    rows.map(({ order }) => nameOf(order.patient)),
  );
  return rows.map(({ order, entry }) => ({
    order,
    entry: { ...entry, Allergies: allergies.get(nameOf(order.patient)) ?? '' },
  }));
}

function startOf({ entry }: Row): string {
  const [step] = itemsOf(entry, STEPS);
  return textOf(step, 'ScheduledProcedureStepStartDate') + textOf(step, 'ScheduledProcedureStepStartTime');
}
