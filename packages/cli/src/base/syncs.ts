import { HubspokeError } from "@hubspoke/core/errors";
import type { SyncHandle } from "@hubspoke/core/sync";
import type { Session } from "./session.ts";

type TenantSync = ReturnType<SyncHandle["for"]>;

/** The sync of that name for the session's tenant; without a name, the only one there is. Throws INPUT_INVALID. */
export function syncOf(
  { hubspoke, tenant }: Session,
  name: string | undefined,
): { readonly name: string; readonly sync: TenantSync } {
  const all = hubspoke.syncs();
  const handle = name === undefined && all.length === 1 ? all[0] : all.find((one) => one.name === name);
  if (handle !== undefined) return { name: handle.name, sync: handle.for(tenant) };
  const names = all.map((one) => one.name);
  const known =
    names.length === 0
      ? "the set-up declares none; declare them before hubspoke.config.ts exports the instance"
      : `there are ${names.join(", ")}`;
  throw new HubspokeError("INPUT_INVALID", name === undefined ? `name a sync: ${known}` : `no such sync: ${known}`, {
    details: { syncs: names },
  });
}
