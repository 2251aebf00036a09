import { $, act, call, element } from "./dom.js";
import { poll, showMessages } from "./messages.js";
import { showOperations } from "./operations.js";

let view = null;

async function begin() {
  const { user, roles } = await call("GET", "/me");
  $("login").hidden = user !== null;
  $("nav").hidden = user === null;
  $("roles").replaceChildren(...roles.map((role) => element("option", role)));
  if (user === null) return;
  $("who").textContent = `${user.name} (${user.role})`;
  $("to-operations").hidden = user.role !== "admin";
  await go("messages");
}

async function go(to) {
  view = to;
  for (const name of ["messages", "operations"]) {
    $(name).hidden = name !== to;
    $(`to-${name}`).ariaCurrent = name === to ? "page" : "false";
  }
  await (to === "messages" ? showMessages() : showOperations());
}

$("to-messages").onclick = () => act(() => go("messages"));
$("to-operations").onclick = () => act(() => go("operations"));
$("login").onsubmit = (event) => {
  event.preventDefault();
  act(async () => {
    await call("POST", "/login", Object.fromEntries(new FormData(event.target)));
    await begin();
  });
};
$("sign-out").onclick = () =>
  act(async () => {
    await call("POST", "/logout", {});
    location.reload();
  });

await act(begin);
setInterval(() => {
  if (view === "messages" && document.visibilityState === "visible")
    poll().catch(({ message }) => ($("notice").textContent = message));
}, 2_000);
