import { maxPhoneInput } from "./clean.ts";

const dots = "•••";

/**
 * A phone number for logs and errors: `+1902•••1234` of an E.164 number of eleven digits, fewer digits shown of a
 * shorter one, so that at least three always stay hidden. Anything else, whole numbers in another spelling included,
 * shows at most its last two digits: it may be a name, an address or a card number. Never throws, never grows.
 */
export function maskPhone(input: unknown): string {
  if (typeof input !== "string" || input.length > maxPhoneInput) return dots;
  if (/^\+\d{7,15}$/.test(input)) {
    const digits = input.length - 1;
    const shown = Math.min(4, Math.floor((digits - 3) / 2));
    return `${input.slice(0, 1 + shown)}${dots}${input.slice(-shown)}`;
  }
  const digits = input.replace(/[\s().\-/+]/g, "");
  return /^\d{7,15}$/.test(digits) ? dots + digits.slice(-2) : dots;
}
