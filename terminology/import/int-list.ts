/** A list of 32-bit numbers that grows: millions of them without an object each. */
export class IntList {
  private values = new Int32Array(1 << 12);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.values[index] = value;
  }

  /** A view, valid until the next push. */
  slice(start = 0, end = this.length): Int32Array {
    return this.values.subarray(start, end);
  }
}
