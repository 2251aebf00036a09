import type { LocalValue } from "../ports/local-source.ts";
import { invalid, onlyOptions, type Transform, textOf } from "./transform.ts";

/** The options map local values to HubSpot's: `{ new: "NEW_LEAD", won: "CUSTOMER" }`. */
export const enumeration: Transform = {
  properties: 1,
  description: "one of a list of values, each with its counterpart",
  make(options) {
    const pairs = Object.entries(options);
    if (pairs.length === 0) throw invalid("needs its values as options: { local: hubspot, … }");
    const empty = pairs.find(([local, hubspot]) => local === "" || hubspot === "");
    if (empty !== undefined) throw invalid("maps an empty value: an empty side is empty on the other, too");
    const toHubspot = new Map(pairs);
    const toLocal = new Map<string, string>();
    // Two local values of one counterpart: HubSpot's is read as the first of them.
    for (const [local, hubspot] of pairs) if (!toLocal.has(hubspot)) toLocal.set(hubspot, local);
    return {
      encode(value) {
        const text = textOf(value);
        return [text === null ? null : (toHubspot.get(text) ?? text)];
      },
      decode: ([text = null]) => (text === null || text === "" ? null : (toLocal.get(text) ?? text)),
      samples: [...toHubspot.keys()],
      texts: [...toLocal.keys()],
    };
  },
};

/** true and false as two words: `{ true: "Yes", false: "No" }`, `"true"` and `"false"` when not told otherwise. */
export const yesNo: Transform = {
  properties: 1,
  description: "true or false, as the two words of the options",
  make(options) {
    onlyOptions(options, ["true", "false"]);
    const { true: yes = "true", false: no = "false" } = options;
    if (yes === no || yes === "" || no === "") throw invalid('needs two different words for "true" and "false"');
    const read = (value: LocalValue): boolean | null => {
      const text = textOf(value)?.trim().toLowerCase();
      if (text === "true" || text === "1") return true;
      return text === "false" || text === "0" ? false : null;
    };
    const decode = (text: string | null): LocalValue => {
      if (text === null || text === "") return null;
      if (text === yes) return true;
      return text === no ? false : text;
    };
    return {
      encode(value) {
        const text = textOf(value);
        if (text === yes || text === no) return [text];
        const truth = read(value);
        return [truth === null ? text : truth ? yes : no];
      },
      decode: ([text = null]) => decode(text),
      samples: [true, false],
      texts: [yes, no],
    };
  },
};
