import { dateTimeOf } from '../../map/datatypes/date-time.ts';
import { itemsOf, textOf, type DataSet } from '../dimse/data-set.ts';

/** Progress of a step: https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.4.14.html */
export type StepStatus = 'IN PROGRESS' | 'COMPLETED' | 'DISCONTINUED';

/** A worklist entry that a step carries out; empty texts for what the modality does not say. */
export interface ScheduledStep {
  readonly studyUid: string;
  readonly accession: string;
}

/** What a modality tells of a step, as far as it tells it. */
export interface StepFacts {
  /** Undefined: not said. Anything else than the three is no status. */
  readonly status: StepStatus | 'unknown' | undefined;
  readonly scheduled: readonly ScheduledStep[];
  readonly patientId: string;
  /** FHIR dateTime. */
  readonly start: string | undefined;
  readonly end: string | undefined;
  readonly description: string;
  /** Names as PN: performing physicians, else operators. */
  readonly performers: readonly string[];
  /** Why it was discontinued. */
  readonly reason: DataSet | undefined;
}

const STATUSES: readonly string[] = ['IN PROGRESS', 'COMPLETED', 'DISCONTINUED'];

/** @param zone IANA zone of the modality's clock */
export function readStep(set: DataSet, zone: string): StepFacts {
  const status = textOf(set, 'PerformedProcedureStepStatus').toUpperCase();
  const series = itemsOf(set, 'PerformedSeriesSequence');
  const names = ['PerformingPhysicianName', 'OperatorsName'].map((keyword) =>
    series.flatMap((each) => textOf(each, keyword).split('\\')).filter((each) => each !== ''),
  );
  return {
    status: status === '' ? undefined : STATUSES.includes(status) ? (status as StepStatus) : 'unknown',
    scheduled: itemsOf(set, 'ScheduledStepAttributesSequence').map((item) => ({
      studyUid: textOf(item, 'StudyInstanceUID'),
      accession: textOf(item, 'AccessionNumber'),
    })),
    patientId: textOf(set, 'PatientID'),
    start: moment(set, 'PerformedProcedureStepStart', zone),
    end: moment(set, 'PerformedProcedureStepEnd', zone),
    description: textOf(set, 'PerformedProcedureStepDescription'),
    performers: [...new Set(names.find((each) => each.length > 0) ?? [])],
    reason: itemsOf(set, 'PerformedProcedureStepDiscontinuationReasonCodeSequence')[0],
  };
}

function moment(set: DataSet, prefix: string, zone: string): string | undefined {
  const [date, time] = [textOf(set, `${prefix}Date`), textOf(set, `${prefix}Time`)];
  return dateTimeOf(date + time, zone) ?? dateTimeOf(date, zone);
}
