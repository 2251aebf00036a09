import { ApiError, validationError } from "../base/api-error.ts";
import { parseJson } from "../base/parse-json.ts";
import type { WireRequest } from "../base/wire.ts";

export interface UploadedFile {
  readonly name: string;
  /** Its content type. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A multipart body. */
export interface MultipartForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: readonly (UploadedFile & { readonly field: string })[];
}

/** Throws HubSpot's 415 for another content type and its 400 for a body that is no multipart after all. */
export async function multipartForm(request: WireRequest): Promise<MultipartForm> {
  const type = request.headers["content-type"];
  if (type === undefined || !type.toLowerCase().startsWith("multipart/form-data")) {
    throw new ApiError(415, `Unsupported Media Type: ${type ?? "none"}`);
  }
  const fields = new Map<string, string>();
  const files: (UploadedFile & { field: string })[] = [];
  for (const [field, value] of await parse(request.body, type)) {
    if (typeof value === "string") fields.set(field, value);
    else files.push({ field, name: value.name, type: value.type, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  return { fields, files };
}

async function parse(body: Uint8Array, type: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  } catch {
    throw new ApiError(400, "The multipart body cannot be read", { category: "VALIDATION_ERROR" });
  }
}

/** A field that holds a JSON object. */
export function jsonField({ fields }: MultipartForm, name: string): Record<string, unknown> {
  const text = fields.get(name);
  if (text === undefined) throw validationError(`${name} is required`);
  const parsed = jsonOrNothing(text);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  throw validationError(`${name} must be a JSON object`);
}

/** Undefined for what is no JSON, or too deep, which no JSON text can mean. */
function jsonOrNothing(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
