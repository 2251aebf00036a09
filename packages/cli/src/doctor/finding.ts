import { type ErrorCode, isHubspokeError } from "@hubspoke/core/errors";

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly code?: ErrorCode;
}

/** What a look throws is a finding too, as long as it is one of our errors. */
export async function finding(name: string, look: () => Promise<string | Omit<Finding, "name">>): Promise<Finding> {
  try {
    const seen = await look();
    return typeof seen === "string" ? { name, ok: true, detail: seen } : { name, ...seen };
  } catch (error) {
    if (!isHubspokeError(error)) throw error;
    return { name, ok: false, detail: error.message, code: error.code };
  }
}
