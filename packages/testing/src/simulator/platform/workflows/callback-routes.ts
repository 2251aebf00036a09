import { validationError } from "../../base/api-error.ts";
import { textOf, textsOf } from "../../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import type { Workflows } from "./workflows.ts";

export const CALLBACK_ROUTES: readonly Route[] = [
  route("/complete", (call) => {
    const { inputs } = jsonBody(call.request);
    if (!Array.isArray(inputs)) throw validationError("inputs must be an array");
    const completions = inputs.map((input: unknown) => {
      const { callbackId, outputFields } = (input ?? {}) as Record<string, unknown>;
      return { callbackId: textOf(callbackId), outputs: outputsOf(outputFields) };
    });
    // All of them or none.
    for (const { callbackId } of completions) workflowsOf(call).requireBlocked(call.app.appId, callbackId);
    for (const { callbackId, outputs } of completions) {
      workflowsOf(call).complete(call.app.appId, callbackId, outputs);
    }
    return { status: 204 };
  }),
  route("/{callbackId}/complete", (call) => {
    const { outputFields } = jsonBody(call.request);
    workflowsOf(call).complete(call.app.appId, call.params.callbackId ?? "", outputsOf(outputFields));
    return { status: 204 };
  }),
];

function route(path: string, handle: (call: Call) => Reply): Route {
  return {
    method: "POST",
    dated: `/automation/actions/callbacks/{version}${path}`,
    legacy: [`/automation/v4/actions/callbacks${path}`],
    access: "write",
    scopes: ["automation"],
    handle,
  };
}

function workflowsOf({ services, portal }: Call): Workflows {
  return services.platform.of(portal).workflows;
}

function outputsOf(value: unknown): Record<string, string> {
  if (value === undefined || value === null) throw validationError("outputFields is required");
  return textsOf(value);
}
