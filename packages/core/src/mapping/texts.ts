import { onlyOptions, onText, type Transform, textOf } from "./transform.ts";

const collapsed = (text: string): string => text.trim().replace(/\s+/g, " ");

export const trim: Transform = onText("text without blanks around it", [" Ada ", "Ada"], (options) => {
  onlyOptions(options, []);
  return (text) => text.trim();
});

export const lowerCaseEmail: Transform = onText(
  "an e-mail address in lower case, as HubSpot keeps them",
  [" Ada@Example.COM "],
  (options) => {
    onlyOptions(options, []);
    return (text) => text.trim().toLowerCase();
  },
);

/** How a phone number is read: E.164, with `ext. 12` behind it where it has an extension; null for what is none. */
export type ReadPhone = (text: string, region: string | undefined) => string | null;

/** Reading numbering plans is another room's: it is passed in. */
export function phone(read: ReadPhone): Transform {
  return onText("a phone number in E.164", ["+1 902 555 1234", "no number"], (options) => {
    onlyOptions(options, ["region"]);
    return (text) => read(text, options.region) ?? text.trim();
  });
}

/** The first word, and the rest. Joined again it is the name that was split. */
export const fullName: Transform = {
  properties: 2,
  description: "one full name and two properties, first and last name",
  make(options) {
    onlyOptions(options, []);
    return {
      encode(value) {
        const [first = "", ...rest] = collapsed(textOf(value) ?? "").split(" ");
        return [first || null, rest.join(" ") || null];
      },
      decode: (names) => collapsed(names.map((name) => name ?? "").join(" ")) || null,
      samples: ["Ada Lovelace", "Ada", "Juan  Carlos de Borbón"],
    };
  },
};
