import type { Clients } from "../client/create-clients.ts";
import type { CrmScope } from "../ports/crm.ts";
import type { WorkflowPort } from "../workflows/perform.ts";

/** The workflows' view of the client. */
export function workflowPortFor(clients: Pick<Clients, "client">): WorkflowPort {
  const hs = ({ tenant, lane, signal }: CrmScope) =>
    clients.client({ tenant, lane, ...(signal === undefined ? {} : { signal }) });
  return {
    async enroll(scope, workflowId, email) {
      // Legacy v2, the only one there is (hubspot-facts §1.3). A contact who is enrolled already stays so.
      await hs(scope).request("POST /automation/v2/workflows/{workflowId}/enrollments/contacts/{email}", {
        path: { workflowId, email },
      });
    },
    completeAction: (scope, callbackId, outputFields) => hs(scope).workflowCallbacks.complete(callbackId, outputFields),
  };
}
