export const $ = (id) => document.getElementById(id);

/** Every value on these pages is somebody's text: it is set as text, never as HTML. */
export function element(tag, text, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  if (text !== undefined && text !== null) made.textContent = text;
  made.append(...children);
  return made;
}

/** Says what happened, and what went wrong in the words of the error. */
export async function act(work, done = "") {
  try {
    await work();
    $("notice").textContent = done;
  } catch (error) {
    $("notice").textContent = error.message;
  }
}
