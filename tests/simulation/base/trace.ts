import { createHash } from "node:crypto";

/** What happened, in order, as one hash: two runs of a seed that differ anywhere differ here. */
export interface Trace {
  add(line: string): void;
  readonly lines: number;
  hash(): string;
}

export function createTrace(listener?: (line: string) => void): Trace {
  const digest = createHash("sha256");
  let lines = 0;
  return {
    add(line) {
      lines++;
      digest.update(`${line}\n`);
      listener?.(line);
    },
    get lines() {
      return lines;
    },
    hash: () => digest.copy().digest("hex").slice(0, 16),
  };
}
