import type { Parameters } from '@medplum/fhirtypes';
import { parametersOf } from '../fhir/parameters.ts';
import { Refusal } from '../fhir/refusal.ts';
import type { FhirServer } from '../fhir/server.ts';

/** What is open at the HL7 gateway. */
export interface GatewayState {
  readonly open: readonly {
    readonly direction: string;
    readonly state: string;
    readonly count: number;
    /** Age of the oldest, seconds. */
    readonly oldest: number;
  }[];
  readonly partners: readonly PartnerState[];
  /** Codes that nobody has answered. */
  readonly unmappedCodes: number;
}

export interface PartnerState {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  /** Undefined: it takes no messages. */
  readonly queue?: { readonly isPaused: boolean; readonly waiting: number; readonly oldest: number };
}

export async function findGatewayState(server: FhirServer): Promise<GatewayState> {
  const answer = parametersOf(await server.call<Parameters>('$hl7-status', []).catch(withoutGateway));
  return {
    unmappedCodes: answer.value<number>('unmapped-codes') ?? 0,
    open: answer.parts('open').map((each) => ({
      direction: each.value<string>('direction') ?? '',
      state: each.value<string>('state') ?? '',
      count: each.value<number>('count') ?? 0,
      oldest: each.value<number>('oldest') ?? 0,
    })),
    partners: answer.parts('partner').map((each) => {
      const isPaused = each.value<boolean>('is-paused');
      const id = each.value<string>('id') ?? '';
      return {
        id,
        name: each.value<string>('name') ?? id,
        isActive: each.value<boolean>('is-active') ?? false,
        ...(isPaused === undefined
          ? {}
          : {
              queue: {
                isPaused,
                waiting: each.value<number>('waiting') ?? 0,
                oldest: each.value<number>('oldest') ?? 0,
              },
            }),
      };
    }),
  };
}

/** A server beside which no gateway runs has none of its operations. */
function withoutGateway(error: unknown): never {
  const isUnknown = error instanceof Refusal && error.status === 404;
  throw isUnknown ? new Error('There is no HL7 gateway here whose messages could be seen.') : error;
}

/** A time span as people say it: `3 min`, `5 h`, `2 d`. */
export function spanText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
