/** Subpath `@hubspoke/core/phone`: reading, comparing and masking phone numbers, and finding them in HubSpot. */
export {
  type PhoneCandidate,
  type PhoneMatch,
  type RankedCandidate,
  type Ranking,
  rankCandidates,
  verificationProperties,
  verifyCandidate,
} from "./phone/candidates.ts";
export { compareExtensions, type ExtensionMatch, samePhone } from "./phone/compare.ts";
export { maskPhone } from "./phone/mask.ts";
export { isRegion, parsePhone, requirePhone } from "./phone/parse.ts";
export {
  type PhoneFilter,
  type PhoneFilterGroup,
  type PhonePack,
  type PhoneSearchKeys,
  packedSearchFilter,
  packPhones,
  phoneSearchKeys,
  recipeFilterGroups,
} from "./phone/search.ts";
export type { Phone, PhoneOptions, PhoneProblem, PhoneResult, Region } from "./phone/types.ts";
