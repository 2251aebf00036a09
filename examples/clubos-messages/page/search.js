import { $, call, element, why } from "./dom.js";

const debounceMs = 300;
const dialog = $("search");
const input = $("query");
let choose = () => undefined;
let timer;
let asking;
let active = -1;

/** Opens the dialog; `onChoose` is told of the person or the number that was taken. */
export function openSearch(onChoose) {
  choose = onChoose;
  input.value = "";
  dialog.showModal();
  input.focus();
  ask();
}

$("close-search").onclick = () => dialog.close();
dialog.onclose = () => {
  clearTimeout(timer);
  asking?.abort();
};

input.oninput = () => {
  clearTimeout(timer);
  // Enter must never take somebody who was found for another text.
  mark(-1);
  timer = setTimeout(ask, debounceMs);
};

input.onkeydown = (event) => {
  const options = all();
  if (event.key === "ArrowDown") mark(Math.min(active + 1, options.length - 1));
  else if (event.key === "ArrowUp") mark(Math.max(active - 1, 0));
  // A search box would keep the first Escape to empty itself.
  else if (event.key === "Escape") dialog.close();
  else if (event.key === "Enter") options[active]?.click();
  else return;
  event.preventDefault();
};

/** What is asked for later answers for what was asked before: an old answer never overwrites a new one. */
async function ask() {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const query = input.value.trim();
  $("found").ariaBusy = "true";
  say("Searching…");
  const patience = setTimeout(() => explainWaiting(mine.signal), 1_000);
  try {
    const { recent, contacts, degraded } = await call("POST", "/contacts/search", { query }, mine.signal);
    show(query, recent, contacts);
    const count = recent.length + contacts.length;
    say(degraded ? why(degraded.code) : query === "" ? "" : `${count} found`);
  } catch (error) {
    if (!mine.signal.aborted) say(error.message);
  } finally {
    clearTimeout(patience);
    if (asking === mine) $("found").ariaBusy = "false";
  }
}

async function explainWaiting(signal) {
  try {
    const { queued, etaMs } = await call("GET", "/queue", undefined, signal);
    if (queued && !signal.aborted) say(`Waiting for our turn at HubSpot, about ${Math.ceil(etaMs / 1000)} s…`);
  } catch (error) {
    if (!signal.aborted) say(`Searching… (${error.message})`);
  }
}

function show(query, recent, contacts) {
  const number = query.replace(/\D/g, "").length >= 7 && /^[+\d\s().-]+$/.test(query);
  const groups = [
    ["Recent", recent],
    ["HubSpot contacts", contacts],
    ["Number", number ? [{ id: null, fullName: query, phone: query, phoneFormatted: "without a name" }] : []],
  ];
  $("found").replaceChildren(...groups.filter(([, people]) => people.length > 0).map(group));
  input.ariaExpanded = String(all().length > 0);
  mark(all().length > 0 ? 0 : -1);
}

function group([title, people]) {
  const heading = element("h3", title, { id: `group-${title.split(" ")[0]}` });
  const box = element("div", null, { role: "group" }, heading, ...people.map(option));
  box.setAttribute("aria-labelledby", heading.id);
  return box;
}

function option(person) {
  const parts = [person.company, person.phoneFormatted ?? "no phone number", person.email].filter(Boolean);
  const active = person.hasActiveConversation ? [element("span", "open conversation", { className: "tag" })] : [];
  const name = element("strong", person.fullName || person.phoneFormatted || "without a name");
  const made = element("div", null, { role: "option" }, name, " ", element("span", parts.join(" · ")), ...active);
  made.ariaDisabled = String(person.phone === null);
  made.onclick = () => {
    if (person.phone === null) return;
    dialog.close();
    choose(person);
  };
  return made;
}

const all = () => [...$("found").querySelectorAll("[role=option]")];

function mark(index) {
  active = index;
  for (const [i, one] of all().entries()) {
    one.id = `person-${i}`;
    one.ariaSelected = String(i === index);
    if (i === index) one.scrollIntoView({ block: "nearest" });
  }
  if (index >= 0) input.setAttribute("aria-activedescendant", `person-${index}`);
  else input.removeAttribute("aria-activedescendant");
}

const say = (text) => {
  $("search-status").textContent = text;
};
