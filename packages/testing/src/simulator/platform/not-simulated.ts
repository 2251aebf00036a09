import { ApiError } from "../base/api-error.ts";

/** What HubSpot knows and the simulator does not is said aloud: no test may pass on an empty success. */
export function notSimulated(what: string): ApiError {
  return new ApiError(501, `${what} is known but not simulated`, { category: "NOT_SIMULATED" });
}
