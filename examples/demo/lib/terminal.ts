import { stdout } from "node:process";

type Paint = (text: string) => string;

const fancy: boolean = stdout.isTTY === true && process.env.NO_COLOR === undefined;
const paint =
  (code: string): Paint =>
  (text) =>
    fancy ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold: Paint = paint("1");
export const dim: Paint = paint("2");
export const green: Paint = paint("32");
export const red: Paint = paint("31");

export const number = (value: number): string => Math.round(value).toLocaleString("en-US");
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export function heading(step: number, title: string): void {
  stdout.write(`\n${bold(`${step}. ${title}`)}\n`);
}

export function line(text: string): void {
  stdout.write(`   ${text}\n`);
}

export interface Bar {
  update(done: number, total: number, note: string): void;
  end(note: string): void;
}

/** A progress bar on a terminal; elsewhere a plain line every fifth of the way. */
export function bar(label: string): Bar {
  let printed = -1;
  return {
    update(done, total, note) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      if (fancy) {
        const filled = Math.round(share * 28);
        stdout.write(`\r\u001b[K   ${label.padEnd(22)} ${"█".repeat(filled)}${dim("░".repeat(28 - filled))} ${note}`);
        return;
      }
      const step = Math.floor(share * 5);
      if (step > printed) {
        printed = step;
        line(`${label.padEnd(22)} ${String(Math.round(share * 100)).padStart(3)} %  ${note}`);
      }
    },
    end(note) {
      if (fancy) stdout.write(`\r\u001b[K   ${label.padEnd(22)} ${note}\n`);
      else line(`${label.padEnd(22)} ${note}`);
    },
  };
}

/** Columns wide enough for their content, nothing more. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => (row[column] ?? "").length)));
  const format = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ");
  line(dim(format(head)));
  for (const row of rows) line(format(row));
}
