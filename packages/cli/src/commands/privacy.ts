import type { Subject } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import { type Host, withSession } from "../base/session.ts";
import { countLines } from "./sync/counts.ts";

interface Options {
  readonly contact?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly role: string;
  readonly yes?: boolean;
}

export function privacy(program: Command, host: Host): void {
  const group = program.command("privacy").description("what a person may ask for");
  const about = (name: string, description: string): Command =>
    group
      .command(name)
      .description(description)
      .option("--contact <id>", "HubSpot's contact id")
      .option("--email <address>", "an e-mail address")
      .option("--phone <number>", "a number in any spelling")
      .option("--role <role>", "the role to ask in", "admin");

  about("export", "everything there is about a person, HubSpot's record included, as JSON").action(
    withSession(host, async ({ hubspoke, ctx }, options: Options) => {
      const data = await hubspoke.privacy.export(subjectOf(options), ctx(options.role));
      return { json: data, text: `${JSON.stringify(data, null, 2)}\n` };
    }),
  );
  about("erase", "remove a person from every table and keep them out; HubSpot's own record stays")
    .option("--yes", "really")
    .action(
      withSession(host, async ({ hubspoke, ctx }, options: Options) => {
        const subject = subjectOf(options);
        if (options.yes !== true) {
          throw new HubspokeError("INPUT_INVALID", "an erasure cannot be undone; add --yes to do it");
        }
        const erased = await hubspoke.privacy.erase(subject, ctx(options.role));
        return { json: erased, text: `Erased and kept out.\n${countLines({ ...erased.removed })}` };
      }),
    );
  about("readmit", "let a person back in who asked for it").action(
    withSession(host, async ({ hubspoke, ctx }, options: Options) => {
      const removed = await hubspoke.privacy.readmit(subjectOf(options), ctx(options.role));
      return { json: { removed }, text: `${removed} entries of the suppression list removed.\n` };
    }),
  );
}

function subjectOf({ contact, email, phone }: Options): Subject {
  if (contact === undefined && email === undefined && phone === undefined) {
    throw new HubspokeError("INPUT_INVALID", "say who is meant: --contact <id>, --email <address> or --phone <number>");
  }
  return {
    ...(contact === undefined ? {} : { contactId: contact }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
  };
}
