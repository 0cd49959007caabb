import dimse from 'dcmjs-dimse';
import type { AgreedContext } from './message-check.ts';

const { ImplicitVRLittleEndian: IMPLICIT, ExplicitVRLittleEndian: EXPLICIT } = dimse.constants.TransferSyntax;
const { Verification, ModalityWorklistInformationModelFind, ModalityPerformedProcedureStep } = dimse.constants.SopClass;

/** What is served, with the command fields that it may bring: C-ECHO; C-FIND and C-CANCEL; N-CREATE and N-SET. */
const SERVICES: ReadonlyMap<string, readonly number[]> = new Map([
  [Verification, [0x0030]],
  [ModalityWorklistInformationModelFind, [0x0020, 0x0fff]],
  [ModalityPerformedProcedureStep, [0x0140, 0x0120]],
]);

/** What is announced as the most that a PDU may hold, bytes. */
export const MAX_PDU = 65_536;
/** A caller that takes less in a PDU than this would make an answer of some lines into thousands of them. */
const LEAST_PDU = 1024;

type Association = InstanceType<typeof dimse.association.Association>;

/**
 * Answers what a caller proposes: services that are served, in Little Endian.
 * @param contexts filled with what was agreed on
 * @returns whether there can be an association
 */
export function agreeOn(association: Association, contexts: Map<number, AgreedContext>): boolean {
  const proposed = association.getMaxPduLength();
  const ids = association.getPresentationContexts().map(({ id }) => id);
  if (proposed !== 0 && proposed < LEAST_PDU) return false;
  if (ids.length === 0 || !ids.every(isContextId)) return false;
  // 0 stands for "as much as you like", which is true of the caller alone.
  if (proposed === 0) association.setMaxPduLength(MAX_PDU);
  dimse.Implementation.setMaxPduLength(MAX_PDU);
  const { Accept, RejectAbstractSyntaxNotSupported, RejectTransferSyntaxesNotSupported, RejectNoReason } =
    dimse.constants.PresentationContextResult;
  const agreed = new Set<string>();
  for (const id of ids) {
    const context = association.getPresentationContext(id);
    const service = context.getAbstractSyntaxUid();
    const commands = SERVICES.get(service);
    const syntax = context.getTransferSyntaxUids().find((each) => each === EXPLICIT || each === IMPLICIT);
    if (commands === undefined) context.setResult(RejectAbstractSyntaxNotSupported);
    else if (syntax === undefined) context.setResult(RejectTransferSyntaxesNotSupported);
    // The package answers by the service: a second context of one would be answered in the first.
    else if (agreed.has(service)) context.setResult(RejectNoReason);
    else {
      agreed.add(service);
      context.setResult(Accept, syntax);
      contexts.set(id, { isExplicit: syntax === EXPLICIT, commands });
    }
  }
  return true;
}

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part08/sect_9.3.2.2.html */
function isContextId(id: number): boolean {
  return id % 2 === 1 && id < 256;
}
