import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Guard, Refusal } from "../guard/guard.ts";
import { outboundRefused } from "../guard/refused.ts";
import type { Call } from "../http/call.ts";
import { parseJson } from "../http/error-body.ts";
import { routeLabel } from "../http/route-label.ts";
import type { Send } from "./object-calls.ts";

/** Characters of a file looked at together, and how many of them again with the next: no key is longer. */
const window = 1 << 20;
const overlap = 4_096;

/** Every write passes here before anything of it is sent. Errors: OUTBOUND_REFUSED. */
export function guardedSend(send: Send, guard: Guard): Send {
  return (call) => {
    if (call.use !== "write") return send(call);
    if (call.body instanceof FormData) return checkForm(call, call.body, guard).then(() => send(call));
    const found = checkParts(call, guard);
    return found.length === 0 ? send(call) : Promise.reject(outboundRefused(found, labelOf(call)));
  };
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
  if (!(await isText(file))) return found;
  for (let at = 0; at < file.size && found.length === 0; at += window) {
    found.push(...guard.checkText(await file.slice(Math.max(0, at - overlap), at + window).text(), name));
  }
  return found;
}

/** By its type, and else by how it begins: a list that Excel saved, or that came without a type, is text all the same. */
async function isText(file: File): Promise<boolean> {
  if (/^text\/|json|csv/.test(file.type)) return true;
  const head = await file.slice(0, overlap).text();
  // The last character may have been cut in its middle.
  return !/[\0\ufffd]/.test(head.slice(0, -4));
}

function labelOf({ method, template }: Call): string {
  return `${method} ${routeLabel(template)}`;
}
