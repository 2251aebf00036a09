import type { ActionExecution, SimulatorOptions } from "../../../src/simulator.ts";
import { type Bench, bench } from "../helpers.ts";

export const ACTIONS = "/automation/actions/2026-09/1";
export const URL_ = "https://app.example/actions/greet?lang=en";

export const DEFINITION: Record<string, unknown> = {
  actionUrl: URL_,
  published: true,
  objectTypes: ["CONTACT"],
  objectRequestOptions: { properties: ["email"] },
  inputFields: [
    {
      isRequired: true,
      typeDefinition: { name: "greeting", type: "string", options: [] },
      supportedValueTypes: ["STATIC_VALUE"],
    },
  ],
  labels: { en: { actionName: "Greet" } },
  functions: [],
};

export interface ActionBench extends Bench {
  /** What was sent to the action's address. */
  readonly requests: readonly Request[];
  readonly definitionId: string;
  readonly contact: string;
  readonly workflowId: number;
  /** Whether the workflow came to its last step. */
  greeted(): boolean;
  execution(): ActionExecution | undefined;
  start(): Promise<void>;
}

/** A bench whose actions are answered one answer after another, the last one forever. */
export async function actionBench(answers: (() => Response)[], options: SimulatorOptions = {}): Promise<ActionBench> {
  const requests: Request[] = [];
  const outbound = (request: Request) => {
    requests.push(request);
    return (answers[requests.length - 1] ?? answers.at(-1)!)();
  };
  const made = bench({ ...options, platform: { outbound, ...options.platform } });
  const { id: definitionId } = (await made.call(`POST ${ACTIONS}`, DEFINITION)).body;
  const { workflows, contacts } = made.sim.portal();
  const contact = contacts.create({ email: "ann@acme.example", firstname: "Ann" }).id;
  const step = { appId: 1, definitionId, inputFields: { greeting: "Hi", name: { property: "firstname" } } };
  const workflowId = workflows.create({ name: "Greet", steps: [step, { set: { jobtitle: "greeted" } }] });
  const greeted = () => contacts.get(contact)?.properties.jobtitle === "greeted";
  const execution = () => made.sim.portal().workflows.executions[0];
  const start = async () => {
    workflows.enroll(workflowId, contact);
    await made.clock.advance(0);
  };
  return { ...made, requests, definitionId, contact, workflowId, greeted, execution, start };
}

export function outputs(fields: Record<string, string>): () => Response {
  return () => Response.json({ outputFields: fields });
}

export function status(code: number, headers: Record<string, string> = {}): () => Response {
  return () => new Response(null, { status: code, headers });
}
