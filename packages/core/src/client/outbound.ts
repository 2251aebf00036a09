import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Guard, Refusal } from "../guard/guard.ts";
import { outboundRefused } from "../guard/refused.ts";
import type { Call } from "../http/call.ts";
import { parseJson } from "../http/error-body.ts";
import { routeLabel } from "../http/route-label.ts";
import { textOf } from "./file-text.ts";
import type { Send } from "./object-calls.ts";

/** Every write passes here before anything of it is sent. Errors: OUTBOUND_REFUSED; INPUT_INVALID for a body of another kind. */
export function guardedSend(send: Send, guard: Guard): Send {
  return (call) => {
    if (isForeign(call.body)) return Promise.reject(notJson(call));
    if (call.use !== "write") return send(call);
    if (call.body instanceof FormData) return checkForm(call, call.body, guard).then(() => send(call));
    const found = checkParts(call, guard);
    return found.length === 0 ? send(call) : Promise.reject(outboundRefused(found, labelOf(call)));
  };
}

/** Bodies that a fetch would take. As JSON they would leave as `{}`, or byte by byte and unseen by the guard. */
function isForeign(body: unknown): boolean {
  if (typeof body !== "object" || body === null || Object.getPrototypeOf(body) === Object.prototype) return false;
  const kinds = [URLSearchParams, ArrayBuffer, Blob, ReadableStream, Map, Set];
  return ArrayBuffer.isView(body) || kinds.some((kind) => body instanceof kind);
}

function notJson(call: Call): HubspokeError {
  return new HubspokeError(
    "INPUT_INVALID",
    `INPUT_INVALID: the body given for ${labelOf(call)} is neither plain data, which is sent as JSON, nor a FormData`,
  );
}

function checkParts(call: Call, guard: Guard): Refusal[] {
  try {
    return [...guard.check(call.params), ...guard.check(call.query), ...guard.check(call.body)];
  } catch (error) {
    if (error instanceof HubspokeError) throw error;
    // A `toJSON` or a getter in it threw: what would leave cannot be known.
    throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: the body given for ${labelOf(call)} cannot be read`, {
      unsafe: error,
    });
  }
}

/** The fields of a form, JSON among them, and files of text: those of an import are written property by property. */
async function checkForm(call: Call, form: FormData, guard: Guard): Promise<void> {
  const found: Refusal[] = [...guard.check(call.params)];
  for (const [name, value] of form) {
    if (typeof value === "string") found.push(...guard.check(parseJson(value) ?? { [name]: value }));
    else found.push(...(await checkFile(name, value, guard)));
  }
  if (found.length > 0) throw outboundRefused(found, labelOf(call));
}

async function checkFile(name: string, file: File, guard: Guard): Promise<readonly Refusal[]> {
  const found = [...guard.checkText(file.name, name)];
  for await (const text of textOf(file)) {
    found.push(...guard.checkText(text, name));
    if (found.length > 0) break;
  }
  return found;
}

function labelOf({ method, template }: Call): string {
  return `${method} ${routeLabel(template)}`;
}
