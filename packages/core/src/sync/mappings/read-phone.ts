import type { ReadPhone } from "../../mapping/texts.ts";
import { isRegion, parsePhone } from "../../phone/parse.ts";

/** E.164, with the extension behind it where the number has one. */
export const readPhone: ReadPhone = (text, region) => {
  const result = parsePhone(text, isRegion(region) ? { defaultRegion: region } : {});
  if (!result.ok) return null;
  const { e164, extension } = result.phone;
  return extension === undefined || extension === null || extension === "" ? e164 : `${e164} ext. ${extension}`;
};
