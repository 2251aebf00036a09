import type { Customer } from "./crm.ts";
import type { ShownMessage } from "./messages.ts";

const escaped: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const text = (value: string | null): string => (value ?? "").replace(/[&<>"]/g, (char) => escaped[char] ?? char);

/** What `--serve` shows: look up a number, send a message, see the table that stays equal with HubSpot. */
export function page(view: {
  readonly customers: readonly Customer[];
  readonly messages: readonly ShownMessage[];
}): string {
  const rows = view.customers.map(
    (one) =>
      `<tr><td>${text(one.first_name)} ${text(one.last_name)}</td><td>${text(one.company)}</td><td>${text(one.phone)}</td><td>${text(one.email)}</td><td>${text(one.plan)}</td></tr>`,
  );
  const messages = view.messages.map(
    (one) =>
      `<li><strong>${text(one.name ?? one.from)}</strong>${one.company ? ` · ${text(one.company)}` : ""}<br>${text(one.text)}</li>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hubspoke demo</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2733}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d5dde5}input,button{font:inherit;padding:.35rem .6rem}
ul{list-style:none;padding:0}li{padding:.5rem 0;border-bottom:1px solid #d5dde5}output{display:block;margin-top:.6rem;min-height:1.5rem}</style>
<h1>Phone numbers become names</h1>
<form id="lookup"><label>Number, in any spelling, like (902) 555-1234 <input name="phone" required></label> <button>Look up</button></form>
<output id="answer" aria-live="polite"></output>
<h2>Inbound messages</h2>
<ul>${messages.join("") || "<li>None yet: POST {from, text} to /messages/inbound</li>"}</ul>
<h2>Customers, kept equal with HubSpot</h2>
<table><thead><tr><th>Name</th><th>Company</th><th>Phone</th><th>E-mail</th><th>Plan</th></tr></thead><tbody>${rows.join("")}</tbody></table>
<script type="module">
document.getElementById("lookup").addEventListener("submit", async (event) => {
  event.preventDefault();
  const phone = new FormData(event.target).get("phone");
  const started = performance.now();
  const response = await fetch("/hubspot/contacts/lookup", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ phones: [phone] }) });
  const answer = await response.json();
  const body = answer.results?.[0] ?? answer;
  const took = Math.round(performance.now() - started) + " ms";
  document.getElementById("answer").textContent = body.error ? body.error.message
    : body.ok === false ? "That is no phone number (" + body.reason + ")"
    : body.contact ? [body.contact.fullName, body.contact.company, body.contact.phoneFormatted, "from " + body.source + " in " + took].filter(Boolean).join(" · ")
    : "Nobody in HubSpot has this number (" + took + ")";
});
</script></html>`;
}
