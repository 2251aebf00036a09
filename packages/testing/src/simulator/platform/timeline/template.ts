import { objectNotFound, validationError } from "../../base/api-error.ts";
import { objectsOf } from "../../base/objects-of.ts";
import { optionalText, textOf } from "../../base/text-of.ts";

const TOKEN_TYPES = ["date", "enumeration", "number", "string"] as const;
const OBJECT_TYPES = ["CONTACT", "COMPANY", "DEAL", "TICKET"] as const;

export interface TokenOption {
  readonly label: string;
  readonly value: string;
}

export interface TemplateToken {
  readonly name: string;
  readonly label: string;
  readonly type: (typeof TOKEN_TYPES)[number];
  readonly options: readonly TokenOption[];
  /** A property of the record that takes the token's value. */
  readonly objectPropertyName: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a legacy event looks like: it belongs to an app, in every account. */
export interface EventTemplate {
  readonly id: string;
  readonly appId: number;
  readonly name: string;
  readonly objectType: (typeof OBJECT_TYPES)[number];
  readonly headerTemplate: string | undefined;
  readonly detailTemplate: string | undefined;
  readonly tokens: readonly TemplateToken[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SavedTemplates {
  readonly lastId: number;
  readonly templates: readonly EventTemplate[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The event templates of all apps (hubspot-facts §1.5). */
export class TemplateRegistry {
  readonly #templates: Map<string, EventTemplate> = new Map();
  #lastId = 1_000_000;

  of(appId: number): EventTemplate[] {
    return [...this.#templates.values()].filter((template) => template.appId === appId);
  }

  find(id: string): EventTemplate | undefined {
    return this.#templates.get(id);
  }

  get(appId: number, id: string): EventTemplate {
    const template = this.find(id);
    if (template?.appId !== appId) throw objectNotFound(`Event template ${id} does not exist`);
    return template;
  }

  create(appId: number, body: Fields, now: number): EventTemplate {
    const objectType = OBJECT_TYPES.find((known) => known === textOf(body.objectType).toUpperCase());
    if (objectType === undefined) throw validationError(`objectType must be one of ${OBJECT_TYPES.join(", ")}`);
    const id = String(++this.#lastId);
    return this.#keep({ ...shape(body, now), id, appId, objectType, createdAt: now, updatedAt: now });
  }

  update(appId: number, id: string, body: Fields, now: number): EventTemplate {
    return this.#keep({ ...this.get(appId, id), ...shape(body, now), updatedAt: now });
  }

  delete(appId: number, id: string): void {
    this.get(appId, id);
    this.#templates.delete(id);
  }

  addToken(appId: number, id: string, body: Fields, now: number): TemplateToken {
    const template = this.get(appId, id);
    const token = readToken(body, now);
    if (template.tokens.some(({ name }) => name === token.name)) {
      throw validationError(`Token ${token.name} exists already`);
    }
    this.#keep({ ...template, tokens: [...template.tokens, token], updatedAt: now });
    return token;
  }

  changeToken(appId: number, id: string, name: string, body: Fields, now: number): TemplateToken {
    const template = this.get(appId, id);
    const before = tokenOf(template, name);
    const after = { ...readToken({ ...before, ...body, name, type: before.type }, now), createdAt: before.createdAt };
    const tokens = template.tokens.map((token) => (token === before ? after : token));
    this.#keep({ ...template, tokens, updatedAt: now });
    return after;
  }

  removeToken(appId: number, id: string, name: string, now: number): void {
    const template = this.get(appId, id);
    const gone = tokenOf(template, name);
    this.#keep({ ...template, tokens: template.tokens.filter((token) => token !== gone), updatedAt: now });
  }

  save(): SavedTemplates {
    return { lastId: this.#lastId, templates: [...this.#templates.values()] };
  }

  load({ lastId, templates }: SavedTemplates): void {
    this.#lastId = lastId;
    for (const template of templates) this.#keep(template);
  }

  #keep(template: EventTemplate): EventTemplate {
    this.#templates.set(template.id, template);
    return template;
  }
}

function tokenOf(template: EventTemplate, name: string): TemplateToken {
  const token = template.tokens.find((one) => one.name === name);
  if (token === undefined) throw objectNotFound(`Token ${name} does not exist`);
  return token;
}

function shape(
  body: Fields,
  now: number,
): Pick<EventTemplate, "name" | "headerTemplate" | "detailTemplate" | "tokens"> {
  const name = textOf(body.name);
  if (name === "") throw validationError("name is required");
  const tokens = body.tokens ?? [];
  if (!Array.isArray(tokens)) throw validationError("tokens must be an array");
  return {
    name,
    headerTemplate: optionalText(body.headerTemplate),
    detailTemplate: optionalText(body.detailTemplate),
    tokens: tokens.map((token: unknown) => readToken((token ?? {}) as Fields, now)),
  };
}

function readToken(body: Fields, now: number): TemplateToken {
  const name = textOf(body.name);
  if (!/^\w+$/.test(name)) throw validationError(`A token's name has letters, digits and _ only: ${name}`);
  const type = TOKEN_TYPES.find((known) => known === body.type);
  if (type === undefined) throw validationError(`The type of token ${name} must be one of ${TOKEN_TYPES.join(", ")}`);
  const options = objectsOf(body.options ?? [], "options");
  return {
    name,
    label: textOf(body.label ?? name),
    type,
    options: options.map(({ label, value }) => ({ label: textOf(label), value: textOf(value) })),
    objectPropertyName: optionalText(body.objectPropertyName),
    createdAt: now,
    updatedAt: now,
  };
}

/** `{{token}}` and `{{extraData.path}}`; anything cleverer stays as it is written. */
export function render(template: string, tokens: Readonly<Record<string, string>>, extraData: unknown): string {
  return template.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
    if (!path.startsWith("extraData.")) return tokens[path] ?? "";
    const value = path
      .split(".")
      .slice(1)
      .reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], extraData);
    return typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
  });
}
