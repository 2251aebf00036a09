import { objectNotFound, validationError } from "../../base/api-error.ts";
import type { Call, Reply, Route } from "../../routing/call.ts";
import type { Workflow, Workflows } from "./workflows.ts";

const BASE = "/automation/v2/workflows";
const CONTACT = `${BASE}/{workflowId}/enrollments/contacts/{email}`;

/** Legacy, for contacts only, and without a dated successor (hubspot-facts §1.3). */
export const ENROLLMENT_ROUTES: readonly Route[] = [
  route("GET", BASE, (call) => ({ status: 200, body: { workflows: workflowsOf(call).all().map(viewWorkflow) } })),
  route("POST", CONTACT, (call) => {
    const { workflow, recordId } = enrolment(call);
    workflowsOf(call).enroll(workflow.id, recordId);
    return { status: 204 };
  }),
  route("DELETE", CONTACT, (call) => {
    const { workflow, recordId } = enrolment(call);
    workflowsOf(call).unenroll(workflow.id, recordId);
    return { status: 204 };
  }),
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const access = method === "GET" ? "read" : "write";
  return { method, legacy: [path], access, scopes: ["automation"], handle };
}

function workflowsOf({ services, portal }: Call): Workflows {
  return services.platform.of(portal).workflows;
}

function enrolment(call: Call): { workflow: Workflow; recordId: string } {
  const { workflowId = "", email = "" } = call.params;
  const workflow = workflowsOf(call).get(Number(workflowId));
  if (workflow.objectType !== "contacts") throw validationError(`Workflow ${workflowId} is not a contact workflow`);
  const record = call.portal.contacts.records.findBy("email", email);
  if (record === undefined) throw objectNotFound("No contact has this email address");
  return { workflow, recordId: record.id };
}

function viewWorkflow({ id, name, createdAt }: Workflow): Record<string, unknown> {
  return { id, name, type: "DRIP_DELAY", enabled: true, insertedAt: createdAt, updatedAt: createdAt };
}
