import type { SegmentReader } from '../reading/segment-reader.ts';

/** A segment and what follows it until the next that can have something of its own: notes, timings, routes, participants. */
export interface SegmentGroup {
  readonly segment: SegmentReader;
  readonly below: readonly SegmentReader[];
}

export interface SpecimenGroup extends SegmentGroup {
  /** OBX about the specimen itself. */
  readonly observations: readonly SegmentGroup[];
}

export interface OrderGroup {
  /** ORC; several details of one ORC share it. */
  readonly order: SegmentGroup | undefined;
  /** OBR, RXO, RXE, RXD, RXG, RXA: one of each kind. */
  readonly details: readonly SegmentGroup[];
  /** OBX of the order. */
  readonly results: readonly SegmentGroup[];
  readonly specimens: readonly SpecimenGroup[];
  /** FT1 of the order. */
  readonly charges: readonly SegmentGroup[];
  /** An earlier result that is sent along with a new order, for information. */
  readonly isPrior: boolean;
}

export interface PatientGroup {
  /** Everything before the first order or charge: PID, PV1, NK1, OBX of the patient … */
  readonly patient: readonly SegmentReader[];
  readonly orders: readonly OrderGroup[];
  /** FT1 that stand outside of orders, with their PR1 and DG1. */
  readonly charges: readonly SegmentGroup[];
}

/** Where the OBX behind an SPM belong, and where the SPM itself does. */
export interface GroupRules {
  /**
   * - `within`: SPM belongs to the order before it; OBX behind it are of the specimen once the order has results (ORU).
   * - `within-own`: the same, OBX behind it are always of the specimen (OML, OMG).
   * - `within-results`: the same, OBX behind it are always results (OUL R24).
   * - `around`: the orders that follow are of the specimen (OUL R22, R23).
   */
  readonly specimens: 'within' | 'within-own' | 'within-results' | 'around';
  /** An ORC may follow its OBR (OUL). */
  readonly isOrderSecond?: boolean;
  /** A further PID begins earlier results of the same order (OML, OMG, OMI); otherwise the next patient (ORU). */
  readonly hasPriorResults?: boolean;
  /** FT1 stand beside the orders, not in them (DFT). */
  readonly hasOwnCharges?: boolean;
}

const DETAILS = new Set(['OBR', 'RXO', 'RXE', 'RXD', 'RXG', 'RXA']);

interface OpenGroup {
  readonly segment: SegmentReader;
  readonly below: SegmentReader[];
}

interface OpenSpecimen extends OpenGroup {
  readonly observations: OpenGroup[];
}

interface OpenOrder {
  order: OpenGroup | undefined;
  readonly details: OpenGroup[];
  readonly results: OpenGroup[];
  readonly specimens: OpenSpecimen[];
  readonly charges: OpenGroup[];
  readonly isPrior: boolean;
}

interface OpenPatient {
  readonly patient: SegmentReader[];
  readonly orders: OpenOrder[];
  readonly charges: OpenGroup[];
}

/**
 * The orders and results of a message. Every segment but MSH and what stands before the first patient is in exactly one place, whatever
 * the order of segments is: one that stands where the standard does not expect it belongs to what came before it.
 */
export function orderGroups(segments: readonly SegmentReader[], rules: GroupRules): readonly PatientGroup[] {
  const walk = new GroupWalk(rules);
  for (const segment of segments) walk.take(segment);
  return walk.patients;
}

/** One walk through the segments of a message. */
class GroupWalk {
  readonly patients: OpenPatient[] = [];
  private readonly rules: GroupRules;
  private patient: OpenPatient | undefined;
  private order: OpenOrder | undefined;
  private around: OpenSpecimen | undefined;
  /** The last SPM, as long as OBX may be its own. */
  private specimen: OpenSpecimen | undefined;
  /** What notes and the like belong to; before any order, the patient. */
  private last: OpenGroup | undefined;
  private isPrior = false;

  constructor(rules: GroupRules) {
    this.rules = rules;
  }

  take(segment: SegmentReader): void {
    const { name } = segment;
    if (name === 'PID') this.takePatient(segment);
    else if (name === 'ORC') this.takeOrder(segment);
    else if (DETAILS.has(name)) this.takeDetail(segment);
    else if (name === 'SPM') this.takeSpecimen(segment);
    else if (name === 'FT1') this.takeCharge(segment);
    else if (name === 'OBX' && this.order !== undefined) this.takeObservation(segment, this.order);
    else if (name === 'OBX' && this.around !== undefined) this.observe(segment, this.around.observations);
    else if (this.last !== undefined) this.last.below.push(segment);
    else this.patient?.patient.push(segment);
  }

  private takePatient(segment: SegmentReader): void {
    if (this.rules.hasPriorResults === true && this.order !== undefined) this.isPrior = true;
    this.patient = { patient: [segment], orders: [], charges: [] };
    this.patients.push(this.patient);
    this.order = undefined;
    this.around = undefined;
    this.specimen = undefined;
    this.last = undefined;
  }

  private takeOrder(segment: SegmentReader): void {
    const group = opened(segment);
    const { order } = this;
    if (
      this.rules.isOrderSecond === true &&
      order !== undefined &&
      order.order === undefined &&
      order.results.length === 0
    ) {
      order.order = group;
    } else {
      // A new order after earlier results is of the message's own patient again.
      if (this.isPrior && segment.text(1) !== 'PR') this.leavePrior();
      this.open(group);
    }
    this.last = group;
  }

  private takeDetail(segment: SegmentReader): void {
    const { order } = this;
    const isSecond = order?.details.some((each) => each.segment.name === segment.name) === true;
    const shared = this.rules.isOrderSecond === true ? undefined : order?.order;
    const current = order === undefined || isSecond ? this.open(shared) : order;
    this.last = opened(segment);
    current.details.push(this.last);
    this.specimen = undefined;
  }

  private takeSpecimen(segment: SegmentReader): void {
    const specimen: OpenSpecimen = { ...opened(segment), observations: [] };
    this.last = specimen;
    this.specimen = specimen;
    if (this.rules.specimens === 'around') {
      this.around = specimen;
      this.order = undefined;
    } else (this.order ?? this.open(undefined)).specimens.push(specimen);
  }

  private takeCharge(segment: SegmentReader): void {
    this.last = opened(segment);
    if (this.rules.hasOwnCharges === true || this.order === undefined) {
      this.currentPatient().charges.push(this.last);
      this.order = undefined;
    } else this.order.charges.push(this.last);
  }

  private takeObservation(segment: SegmentReader, order: OpenOrder): void {
    const { specimens } = this.rules;
    const isOfSpecimen = specimens === 'within-own' || (specimens === 'within' && order.results.length > 0);
    const own = isOfSpecimen ? this.specimen?.observations : undefined;
    this.observe(segment, own ?? order.results);
  }

  private observe(segment: SegmentReader, observations: OpenGroup[]): void {
    this.last = opened(segment);
    observations.push(this.last);
  }

  private open(order: OpenGroup | undefined): OpenOrder {
    const specimens = this.around === undefined ? [] : [this.around];
    const isPrior = this.isPrior || order?.segment.text(1) === 'PR';
    const group: OpenOrder = { order, details: [], results: [], specimens, charges: [], isPrior };
    this.currentPatient().orders.push(group);
    this.order = group;
    this.specimen = undefined;
    return group;
  }

  private currentPatient(): OpenPatient {
    if (this.patient !== undefined) return this.patient;
    this.patient = { patient: [], orders: [], charges: [] };
    this.patients.push(this.patient);
    return this.patient;
  }

  private leavePrior(): void {
    this.isPrior = false;
    this.patient = this.patients[0];
  }
}

function opened(segment: SegmentReader): OpenGroup {
  return { segment, below: [] };
}
