export const $ = (id) => document.getElementById(id);

/** Every value on this page is somebody's text: it is set as text, never as HTML. */
export function element(tag, text, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  if (text !== null && text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

export async function call(method, path, body) {
  const init = { method, headers: { accept: "application/json", "content-type": "application/json" } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(`/api${path}`, init).catch(() => {
    throw new Error("The server does not answer.");
  });
  const text = await response.text();
  const answer = text.startsWith("{") ? JSON.parse(text) : null;
  if (!response.ok) {
    const message = answer?.error?.message ?? `The server answered ${response.status}.`;
    throw Object.assign(new Error(message), { code: answer?.error?.code });
  }
  return answer;
}

/** Says what happened, and what went wrong in the words of the error. */
export async function act(work, done = "") {
  try {
    $("notice").textContent = (await work()) ?? done;
  } catch (error) {
    $("notice").textContent = error.message;
  }
}
