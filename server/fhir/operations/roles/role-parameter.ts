/** A role in the answers of operations. @param definition undefined: it comes with the server */
export function roleParameter(
  name: string,
  title: string | undefined,
  definition: string | undefined,
  problems: readonly string[],
): object {
  const part = [
    { name: 'name', valueCode: name },
    ...(title === undefined ? [] : [{ name: 'title', valueString: title }]),
    ...(definition === undefined ? [] : [{ name: 'definition', valueString: definition }]),
    ...problems.map((problem) => ({ name: 'problem', valueString: problem })),
  ];
  return { name: 'role', part };
}
