// Counts what holds; every check prints its line.
let passed = 0;
let failed = 0;

/** Runs one check, bounded in time; what it throws is its failure, and what it returns is handed on. */
export async function check(name, work, ms = 60_000) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms);
  });
  try {
    const result = await Promise.race([work(), late]);
    passed += 1;
    console.log(`  ok    ${name}`);
    return result;
  } catch (error) {
    failed += 1;
    console.log(
      `  FAIL  ${name}: ${error?.stack ?? error}${error?.cause === undefined ? '' : `\n${JSON.stringify(error.cause)}`}`,
    );
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Prints the sum; the exit code. */
export function summary() {
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
