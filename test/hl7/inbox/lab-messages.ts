export interface LabMessage {
  readonly controlId: string;
  readonly text: string;
}

const AT = Date.UTC(2026, 0, 1);

function stamp(minute: number): string {
  return new Date(AT + minute * 60_000).toISOString().replace(/[-:T]/g, '').slice(0, 14);
}

/** The n-th result of a laboratory: one order with one value, of one of so many patients. */
export function labResult(run: string, n: number, patients: number): LabMessage {
  const controlId = `${run}-${n}`;
  const patient = `${run}P${n % patients}`;
  const at = stamp(n);
  return {
    controlId,
    text: [
      `MSH|^~\\&|LAB|F|ATHANOR|CLINIC|${at}||ORU^R01^ORU_R01|${controlId}|P|2.5.1`,
      `PID|1||${patient}^^^MRN^MR||Doe^Jane||19800101|F`,
      `ORC|RE|${controlId}^HIS|${controlId}^LAB`,
      `OBR|1|${controlId}^HIS|${controlId}^LAB|2345-7^Glucose^LN|||${at}|||||||||||||||${at}|||F`,
      `OBX|1|NM|2345-7^Glucose^LN||${(5 + (n % 40) / 10).toFixed(2)}|mmol/L^^UCUM|3.9-5.8|N|||F|||${at}`,
      '',
    ].join('\r'),
  };
}

/** The n-th word of registration about a patient, each with another city. */
export function registration(run: string, n: number, patients: number): LabMessage {
  const controlId = `${run}-${n}`;
  const at = stamp(n);
  return {
    controlId,
    text: [
      `MSH|^~\\&|LAB|F|ATHANOR|CLINIC|${at}||ADT^A08^ADT_A01|${controlId}|P|2.5.1`,
      `EVN|A08|${at}`,
      `PID|1||${run}P${n % patients}^^^MRN^MR||Doe^Jane||19800101|F|||1 High St^^City${n}`,
      '',
    ].join('\r'),
  };
}
