import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import { type Host, withSession } from "../base/session.ts";
import { columns } from "../base/text.ts";

export function lookup(program: Command, host: Host): void {
  program
    .command("lookup <phone...>")
    .description("the contact behind a phone number, in any spelling")
    .option("--role <role>", "the role to ask in", "admin")
    .action(
      withSession(host, async ({ hubspoke, ctx }, phone: string[], { role }: { role: string }) => {
        const found = await hubspoke.directory.lookupByPhone(phone.join(" "), ctx(role), { throwOnFailure: true });
        const { contact, source } = found;
        if (contact === null) return { json: found, text: "Nobody has this number.\n", code: exitCodes.found };
        const { fullName, company = "", phoneFormatted, email = "", id, stale, ambiguous } = contact;
        const notes = [source, ...(stale ? ["stale"] : []), ...(ambiguous ? ["one of several"] : [])];
        const row = [fullName || "(no name)", company, phoneFormatted, email, `contact ${id}`, notes.join(", ")];
        return { json: found, text: columns([row]) };
      }),
    );
}
