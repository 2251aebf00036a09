import { $, act, call, element, why } from "./dom.js";
import { openSearch } from "./search.js";

let revision = null;
let open = null;
let shown = [];

export async function showMessages() {
  await refresh();
}

/** What changed by itself. A list that did not change costs one small question. */
export async function poll() {
  const now = await call("GET", "/messages/revision");
  if (now.revision !== revision) await refresh();
}

async function refresh() {
  const answer = await call("GET", "/messages/conversations");
  ({ revision, conversations: shown } = answer);
  $("older").hidden = !answer.more;
  const off = answer.degraded === "FEATURE_OFF";
  const tells = off ? "Conversations are shown by number." : "Messages go on; names may be missing or old.";
  $("degraded").hidden = answer.degraded === null;
  $("degraded").textContent = answer.degraded === null ? "" : `${why(answer.degraded)} ${tells}`;
  render();
  if (open !== null) await showTexts();
}

const nameOf = (one) => one.customer_name ?? one.phone_formatted;

function render() {
  $("conversations").replaceChildren(
    ...shown.map((one) => {
      const about = [one.company, one.customer_name === null ? null : one.phone_formatted].filter(Boolean).join(" · ");
      const made = element("button", null, { type: "button", className: "conversation", onclick: () => show(one.id) });
      made.ariaCurrent = String(one.id === open);
      made.append(element("strong", nameOf(one)));
      if (one.is_hubspot_contact) made.append(element("span", "HubSpot", { className: "tag" }));
      if (one.stale) made.append(element("span", "may be out of date", { className: "tag mark" }));
      made.append(
        element("span", about, { className: "about" }),
        element("span", one.last_message ?? "no message yet"),
      );
      return element("li", null, {}, made);
    }),
  );
  const one = shown.find(({ id }) => id === open);
  if (one !== undefined) $("h-thread").textContent = nameOf(one);
}

async function show(id) {
  open = id;
  $("thread").hidden = false;
  $("messages").classList.add("reading");
  render();
  await act(showTexts);
  $("body").focus();
}

async function showTexts() {
  const { messages } = await call("GET", `/messages/conversations/${open}`);
  $("texts").replaceChildren(
    ...messages.map(({ direction, body, status, at }) => {
      const time = element("time", new Date(at).toLocaleString(), { dateTime: at });
      const state = direction === "in" ? "" : ` · ${status}`;
      const meta = element("small", state, {});
      meta.prepend(time);
      return element("li", null, { className: direction }, element("p", body), meta);
    }),
  );
  $("texts").lastElementChild?.scrollIntoView({ block: "nearest" });
}

$("new").onclick = () =>
  openSearch((person) =>
    act(async () => {
      const start = { phone: person.phone, ...(person.id === null ? {} : { contactId: person.id }) };
      const { id } = await call("POST", "/messages/conversations", start);
      await refresh();
      await show(id);
    }),
  );
$("back").onclick = () => {
  open = null;
  $("thread").hidden = true;
  $("messages").classList.remove("reading");
  render();
  $("new").focus();
};
$("older").onclick = () =>
  act(async () => {
    const before = encodeURIComponent(shown.at(-1).last_at);
    const { conversations, more } = await call("GET", `/messages/conversations?before=${before}`);
    shown = [...shown, ...conversations];
    $("older").hidden = !more;
    render();
  });
$("composer").onsubmit = (event) => {
  event.preventDefault();
  act(async () => {
    await call("POST", `/messages/conversations/${open}/messages`, { body: $("body").value });
    $("body").value = "";
    await refresh();
  });
};
$("body").onkeydown = (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
};
