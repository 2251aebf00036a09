export interface SavedDay {
  readonly startedAt: number;
  readonly endsAt: number;
  readonly used: number;
}

/** Counts calls of the account's day, which ends at midnight in the account's own time zone (hubspot-facts §2.1). */
export class AccountDay {
  readonly #timeZone: string;
  #endsAt = 0;
  #startedAt = 0;
  #used = 0;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  used(now: number): number {
    if (now >= this.#endsAt || now < this.#startedAt) {
      const elapsed = this.#sinceMidnight(now);
      this.#startedAt = now - elapsed;
      this.#endsAt = this.#nextMidnight(now, elapsed);
      this.#used = 0;
    }
    return this.#used;
  }

  add(now: number, calls: number = 1): void {
    this.used(now);
    this.#used += calls;
  }

  /** Its midnight. */
  startOf(now: number): number {
    this.used(now);
    return this.#startedAt;
  }

  /** Of its time zone from UTC, e.g. `-05:00`. */
  utcOffset(now: number): string {
    const named = formatsOf(this.#timeZone)
      .offset.formatToParts(now)
      .find(({ type }) => type === "timeZoneName");
    return named?.value.replace("GMT", "") || "+00:00";
  }

  save(): SavedDay {
    return { startedAt: this.#startedAt, endsAt: this.#endsAt, used: this.#used };
  }

  load({ startedAt, endsAt, used }: SavedDay): void {
    this.#startedAt = startedAt;
    this.#endsAt = endsAt;
    this.#used = used;
  }

  #sinceMidnight(now: number): number {
    const [hours = 0, minutes = 0, seconds = 0] = formatsOf(this.#timeZone).clock.format(now).split(":").map(Number);
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + (now % 1000);
  }

  /** 24 hours on, corrected where the clocks changed in between. */
  #nextMidnight(now: number, elapsed: number): number {
    const guess = now - elapsed + 86_400_000;
    const drift = this.#sinceMidnight(guess);
    if (drift === 0) return guess;
    return drift < 43_200_000 ? guess - drift : guess + (86_400_000 - drift);
  }
}

interface Formats {
  readonly clock: Intl.DateTimeFormat;
  readonly offset: Intl.DateTimeFormat;
}

/** For all simulators, made when a zone is first asked for: they take longer to make than several calls. */
const formats = new Map<string, Formats>();

function formatsOf(timeZone: string): Formats {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const two = "2-digit";
  const made = {
    clock: new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", hour: two, minute: two, second: two }),
    offset: new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }),
  };
  formats.set(timeZone, made);
  return made;
}
