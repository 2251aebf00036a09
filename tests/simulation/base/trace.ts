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
  // Hashed many at a time: a call for each line takes longer than the line.
  let waiting = "";
  const flush = () => {
    digest.update(waiting);
    waiting = "";
  };
  return {
    add(line) {
      lines++;
      waiting += `${line}\n`;
      if (waiting.length > 65_536) flush();
      listener?.(line);
    },
    get lines() {
      return lines;
    },
    hash() {
      flush();
      return digest.copy().digest("hex").slice(0, 16);
    },
  };
}
