import type { AnyResource } from '#sdk';

const IN_ERROR = 'entered-in-error';

/** The resource marked as entered in error, where its type can be; undefined where it cannot. */
export function voided(resource: AnyResource): AnyResource | undefined {
  switch (resource.resourceType) {
    case 'Condition': {
      const { clinicalStatus: _, ...rest } = resource;
      return { ...rest, verificationStatus: verification('condition-ver-status') };
    }
    case 'AllergyIntolerance': {
      const { clinicalStatus: _, ...rest } = resource;
      return { ...rest, verificationStatus: verification('allergyintolerance-verification') };
    }
    case 'CarePlan':
    case 'Communication':
    case 'Composition':
    case 'DiagnosticReport':
    case 'DocumentReference':
    case 'FamilyMemberHistory':
    case 'Immunization':
    case 'MedicationRequest':
    case 'MedicationStatement':
    case 'Observation':
    case 'Procedure':
    case 'ServiceRequest':
    case 'Task':
      return { ...resource, status: IN_ERROR };
    default:
      return undefined;
  }
}

function verification(name: string): { coding: { system: string; code: string }[] } {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${name}`, code: IN_ERROR }] };
}
