import type { OpenTelemetryApi } from "../ports/open-telemetry.ts";

/**
 * The installed `@opentelemetry/api`, or null. Its name is kept from bundlers, which would refuse to bundle a package that
 * is not there; a copy of it that a bundle holds shares its SDK with this one, so which is found does not matter.
 */
export async function findOpenTelemetry(): Promise<OpenTelemetryApi | null> {
  const name = "@opentelemetry/api";
  try {
    const found = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as { default?: unknown };
    // As CommonJS it comes whole as the default.
    return ("trace" in found ? found : found.default) as OpenTelemetryApi;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
