import type { Progress } from '../../progress.ts';

/** Turns the output of `go build -v` into progress: Go writes a line when it starts to compile a package. */
export class GoProgress {
  #done = 0;
  #begun: number;
  #phase: string;
  #total: number;

  constructor(phase: string, total: number, now: number) {
    this.#phase = phase;
    this.#total = total;
    this.#begun = now;
  }

  /** Returns the progress after one more line; undefined if the line shows none. */
  line(line: string, now: number): Progress | undefined {
    const downloading = /^go: downloading (\S+)/.exec(line)?.[1];
    if (downloading) return { phase: this.#phase, detail: `downloading ${downloading}` };
    if (!/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) return undefined;
    this.#done = Math.min(this.#done + 1, this.#total);
    const progress = { phase: this.#phase, done: this.#done, total: this.#total };
    const left = this.#left(now);
    return left === undefined ? progress : { ...progress, detail: left };
  }

  /** Estimates the time left. Packages differ too much for an estimate from the first few. */
  #left(now: number): string | undefined {
    const elapsed = now - this.#begun;
    if (elapsed < 10_000 || this.#done < 100) return undefined;
    const seconds = ((elapsed / this.#done) * (this.#total - this.#done)) / 1000;
    return seconds < 60 ? 'under a minute left' : `about ${Math.round(seconds / 60)} min left`;
  }
}
