import { list, object, text } from "../../http/error-body.ts";
import { malformed } from "../wire.ts";

/** One JSON object of an answer, read field by field. A field that is absent or of another kind is null, empty or false. */
export class Fields {
  readonly #from: Readonly<Record<string, unknown>>;
  readonly #route: string;

  constructor(value: unknown, route: string) {
    this.#from = object(value);
    this.#route = route;
  }

  /** An id, which HubSpot writes as text here and as a number there. Errors: HUBSPOT_RESPONSE_INVALID when it is missing. */
  id(name = "id"): string {
    const id = this.idOrNull(name);
    if (id === null) throw malformed(this.#route, `no ${name}`);
    return id;
  }

  idOrNull(name: string): string | null {
    const value = this.#from[name];
    return typeof value === "number" ? String(value) : text(value);
  }

  text(name: string): string {
    return text(this.#from[name]) ?? "";
  }

  textOrNull(name: string): string | null {
    return text(this.#from[name]);
  }

  number(name: string): number | null {
    const value = this.#from[name];
    // Some numbers come as text, and the empty text is none.
    if (typeof value !== "number" && (typeof value !== "string" || value === "")) return null;
    const read = Number(value);
    return Number.isFinite(read) ? read : null;
  }

  flag(name: string): boolean {
    return this.#from[name] === true;
  }

  date(name: string): Date | null {
    const value = this.#from[name];
    const at = typeof value === "number" ? value : Date.parse(text(value) ?? "");
    return Number.isNaN(at) ? null : new Date(at);
  }

  texts(name: string): readonly string[] {
    return list(this.#from[name]).flatMap((each) => (typeof each === "number" ? String(each) : (text(each) ?? [])));
  }

  object(name: string): Fields {
    return new Fields(this.#from[name], this.#route);
  }

  objects(name: string): readonly Fields[] {
    return list(this.#from[name]).map((each) => new Fields(each, this.#route));
  }

  has(name: string): boolean {
    return this.#from[name] !== undefined && this.#from[name] !== null;
  }

  /** As it came. */
  get raw(): Readonly<Record<string, unknown>> {
    return this.#from;
  }
}
