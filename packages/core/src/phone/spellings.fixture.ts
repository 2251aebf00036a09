import { countries } from "./spellings-by-country.fixture.ts";
import type { Region } from "./types.ts";

/** One way somebody wrote a number, and the number it is. Expected values are written by hand, never computed. */
export interface Spelling {
  readonly input: string;
  readonly region: Region;
  readonly e164: string;
  readonly extension?: string;
}

/** Spellings that no format covers. */
const singular: readonly Spelling[] = [
  { input: "０３－１２３４－５６７８", region: "JP", e164: "+81312345678" },
  { input: "＋４４　２０　７９４６　０９５８", region: "US", e164: "+442079460958" },
  { input: "٠٢٠ ٧٩٤٦ ٠٩٥٨", region: "GB", e164: "+442079460958" },
  { input: "011 44 20 7946 0958", region: "CA", e164: "+442079460958" },
  { input: "00 44 20 7946 0958", region: "US", e164: "+442079460958" },
  { input: "00 1 902 555 1234", region: "GB", e164: "+19025551234" },
  { input: "0011 1 902 555 1234", region: "AU", e164: "+19025551234" },
  { input: "010 1 902 555 1234", region: "JP", e164: "+19025551234" },
  { input: "1-800-FLOWERS", region: "US", e164: "+18003569377" },
  { input: "1 800 got junk", region: "CA", e164: "+18004685865" },
  { input: "1-800-FLOWERS x12", region: "US", e164: "+18003569377", extension: "12" },
  { input: "+49 30 901820 fax", region: "CA", e164: "+4930901820" },
  { input: "tel:902-555-1234;phone-context=+1", region: "GB", e164: "+19025551234" },
  { input: "tel:%2B1-902-555-1234;ext=%31%32", region: "GB", e164: "+19025551234", extension: "12" },
  { input: "902·555·1234", region: "CA", e164: "+19025551234" },
  { input: "902_555_1234", region: "CA", e164: "+19025551234" },
  { input: "'+19025551234", region: "CA", e164: "+19025551234" },
  { input: "902-555-1234 ext. ١٢", region: "CA", e164: "+19025551234", extension: "12" },
  { input: "+800 1234 5678", region: "CA", e164: "+80012345678" },
];

export const spellings: readonly Spelling[] = [
  ...countries.flatMap(({ region, numbers, formats }) =>
    numbers.flatMap(([e164, first, second, third]) =>
      formats.map((format): Spelling => {
        const [template, extension] = typeof format === "string" ? [format] : format;
        const input = template.replace("{1}", first).replace("{2}", second).replace("{3}", third);
        return { input, region, e164, ...(extension === undefined ? {} : { extension }) };
      }),
    ),
  ),
  ...singular,
];
