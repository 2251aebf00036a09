import type { LocalValue } from "../ports/local-source.ts";
import { invalid, onlyOptions, type Transform, textOf } from "./transform.ts";

function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : null;
}

/** 12.5 and `12.5 kg`. */
export const numberWithUnit: Transform = {
  properties: 1,
  description: "a number, and a text of that number with its unit",
  make(options) {
    onlyOptions(options, ["unit"], ["unit"]);
    const unit = (options.unit ?? "").trim();
    if (unit === "" || /^[\d.eE+-]/.test(unit)) throw invalid("needs a unit that does not begin like a number");
    const amount = (text: string): number | null => {
      const trimmed = text.trim();
      return numberOf(trimmed.endsWith(unit) ? trimmed.slice(0, -unit.length) : trimmed);
    };
    return {
      encode(value) {
        const text = textOf(value);
        const number = text === null ? null : amount(text);
        return [number === null ? text : `${number} ${unit}`];
      },
      decode: ([text = null]) => (text === null || text === "" ? null : (amount(text) ?? text)),
      samples: [12.5, 0, -3],
    };
  },
};

/**
 * Money: a whole number of minor units (cents) and HubSpot's number of major ones, 1234 and `12.34`. The option `digits`
 * is how many decimals the currency has, 2 when not told otherwise. Counted in digits, not in floating point.
 */
export const currency: Transform = {
  properties: 1,
  description: "an amount in whole cents, and in units of the currency",
  make(options) {
    onlyOptions(options, ["digits"]);
    const digits = Number(options.digits ?? 2);
    if (!Number.isInteger(digits) || digits < 0 || digits > 6) throw invalid('needs "digits" from 0 to 6');
    const minor = (text: string): LocalValue => {
      const [, sign = "", whole = "", part = ""] = /^\s*(-?)(\d+)(?:\.(\d+))?\s*$/.exec(text) ?? [];
      if (whole === "") return text;
      const kept = BigInt(whole + part.slice(0, digits).padEnd(digits, "0"));
      const up = (part[digits] ?? "0") >= "5" ? 1n : 0n;
      return Number(`${sign}${kept + up}`) || 0;
    };
    return {
      encode(value) {
        const text = textOf(value);
        const number = text === null ? null : numberOf(text);
        return [number === null ? text : major(Math.round(number), digits)];
      },
      decode: ([text = null]) => (text === null || text === "" ? null : minor(text)),
      samples: [1234, 0, -5, 100],
    };
  },
};

function major(minor: number, digits: number): string {
  const text = BigInt(Math.abs(minor))
    .toString()
    .padStart(digits + 1, "0");
  const sign = minor < 0 ? "-" : "";
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
