/**
 * A bounded number of things in flight; the others wait in line. `take` resolves with true once it is one's turn, with
 * false when that was not so in time or the line is too long.
 */
export class Slots {
  private free: number;
  private readonly line: (() => void)[] = [];

  constructor(
    size: number,
    private readonly maxWaiting: number,
  ) {
    this.free = size;
  }

  take(timeoutMs: number): Promise<boolean> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve(true);
    }
    if (this.line.length >= this.maxWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      const turn = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(
        () => {
          this.line.splice(this.line.indexOf(turn), 1);
          resolve(false);
        },
        Math.max(0, timeoutMs),
      );
      this.line.push(turn);
    });
  }

  release(): void {
    const next = this.line.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}
