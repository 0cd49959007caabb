import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';

/** Parameters, or parts of one, by their names. */
export interface Named {
  /** The value of the first one of the name, whatever its type: the caller knows the operation. */
  value<T>(name: string): T | undefined;
  values<T>(name: string): readonly T[];
  resources<R>(name: string): readonly R[];
  /** The parts of each one of the name. */
  parts(name: string): readonly Named[];
}

export function parametersOf({ parameter }: Parameters): Named {
  return named(parameter ?? []);
}

function named(list: readonly ParametersParameter[]): Named {
  const of = (name: string): ParametersParameter[] => list.filter((one) => one.name === name);
  const values = <T>(name: string): T[] => of(name).flatMap((one) => valueOf(one) ?? []) as T[];
  return {
    value: <T>(name: string) => values<T>(name)[0],
    values,
    resources: <R>(name: string) => of(name).flatMap(({ resource }) => resource ?? []) as R[],
    parts: (name) => of(name).map(({ part }) => named(part ?? [])),
  };
}

/** `value[x]`: an element has one at most. */
function valueOf(parameter: ParametersParameter): unknown {
  return Object.entries(parameter).find(([key]) => key.startsWith('value'))?.[1];
}
