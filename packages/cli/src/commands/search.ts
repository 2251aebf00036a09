import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import { type Host, withSession } from "../base/session.ts";
import { columns } from "../base/text.ts";
import { wholeNumber } from "../base/values.ts";

export function search(program: Command, host: Host): void {
  program
    .command("search <text...>")
    .description("people by name, e-mail address, company or number")
    .option("--limit <n>", "at most so many, 1 to 100", wholeNumber(1, 100), 20)
    .option("--role <role>", "the role to ask in", "admin")
    .action(
      withSession(host, async ({ hubspoke, ctx }, text: string[], options: { limit: number; role: string }) => {
        const found = await hubspoke.directory.search(text.join(" "), ctx(options.role), {
          limit: options.limit,
          includeRecent: false,
          remember: false,
          throwOnFailure: true,
        });
        const rows = found.contacts.map(({ fullName, company = "", phoneFormatted, email = "", id }) => [
          fullName || "(no name)",
          company,
          phoneFormatted ?? "",
          email,
          `contact ${id}`,
        ]);
        if (rows.length === 0) return { json: found, text: "Nobody found.\n", code: exitCodes.found };
        return { json: found, text: columns(rows) };
      }),
    );
}
